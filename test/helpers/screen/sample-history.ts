/** A last minute by hand. */
import type {HistorySeries, HistoryView} from '../../../source/domain/view/history.ts';

/** The last values of a row, the newest last; nothing was observed before. */
export const historyOf = (
	rowId: string,
	known: Partial<Record<HistorySeries, readonly (number | null)[]>>,
): HistoryView => {
	const view: HistoryView = {
		untrackedRows: 0,
		freeze: () => view,
		of: id =>
			id === rowId
				? {
						last: (series, seconds) => {
							const values = known[series] ?? [];
							return Array.from({length: seconds}, (_, at) => values[at - seconds + values.length] ?? null);
						},
					}
				: null,
	};
	return view;
};
