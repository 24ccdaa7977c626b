/** Length of the history. */
export const historySeconds = 60;
export const historySeries = ['in', 'out', 'jsOut', 'jsIn', 'sendQ', 'recvQ'] as const;

/** Bytes a second in and out, bytes in JavaScript's buffers, bytes in the kernel's buffers. */
export type HistorySeries = (typeof historySeries)[number];

/** The last minute of one row. */
export type RowHistory = {
	/**
	 * @param seconds at most `historySeconds`
	 * @returns one value a second, oldest first, with a relative error below 0.05 %; null: not observed in that
	 *   second
	 */
	last(series: HistorySeries, seconds: number): (number | null)[];
};

export type HistoryView = {
	/** null where the row had no bytes in the last minute, or did not fit. */
	of(rowId: string): RowHistory | null;
	/** Rows with bytes that did not fit. */
	readonly untrackedRows: number;
	/** A snapshot of the current history, which later changes do not affect. */
	freeze(): HistoryView;
};
export const noHistory: HistoryView = {of: () => null, untrackedRows: 0, freeze: () => noHistory};
