/** How far back it goes. */
export const historySeconds = 60;
export const historySeries = ['in', 'out', 'jsOut', 'jsIn', 'sendQ', 'recvQ'] as const;

/** Bytes a second in and out, bytes in the buffers of JavaScript, bytes in those of the kernel. */
export type HistorySeries = (typeof historySeries)[number];

/** The last minute of one row. */
export type RowHistory = {
	/**
	 * @param seconds at most `historySeconds`
	 * @returns that many values, the oldest first, true to half a thousandth; null: not observed in that second
	 */
	last(series: HistorySeries, seconds: number): (number | null)[];
};

export type HistoryView = {
	/** null: it had no bytes in the last minute, or there are too many rows that had some. */
	of(rowId: string): RowHistory | null;
	/** Rows whose bytes found no place. */
	readonly untrackedRows: number;
	/** As it is now, whatever comes later. */
	freeze(): HistoryView;
};
export const noHistory: HistoryView = {of: () => null, untrackedRows: 0, freeze: () => noHistory};
