/** The row of the open detail. Pure. */

import type {Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {DetailRow} from '../state/open.ts';
import type {State} from '../state/state.ts';

/** The open row and its pair stay visible after the model has removed them. */
export const resolveDetailRow = (
	{detail, paused}: State,
	{rows}: ModelView,
	previous: DetailRow | null,
): DetailRow | null => {
	if (detail === null) return null;
	const find = (id: string): Row | undefined =>
		paused ? paused.rows.find(row => row.id === id) : rows.get(id);
	const previousRow = previous?.row.id === detail.id ? previous : null;
	const currentRow = find(detail.id);
	const row = currentRow ?? previousRow?.row;
	if (row === undefined) return null;
	return {
		row,
		pair: resolvePair(row.pair, previousRow?.pair ?? null, find),
		isGone: currentRow === undefined,
	};
};

const resolvePair = (
	id: string | null,
	previousPair: Row | null,
	find: (id: string) => Row | undefined,
): Row | null => {
	if (id !== null) return find(id) ?? (previousPair?.id === id ? previousPair : null);
	// A removed pair is no longer named, but stays; one that is still in the model belongs to another row.
	return previousPair !== null && find(previousPair.id) === undefined ? previousPair : null;
};
