/** Which row a detail is about. Pure. */

import type {Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {DetailRow} from '../state/open.ts';
import type {State} from '../state/state.ts';

/** The row that is looked at, and the other end of its connection, stay in sight after they have left the model. */
export const findDetail = (
	{detail, paused}: State,
	{rows}: ModelView,
	known: DetailRow | null,
): DetailRow | null => {
	if (detail === null) return null;
	const find = (id: string): Row | undefined =>
		paused ? paused.rows.find(row => row.id === id) : rows.get(id);
	const before = known?.row.id === detail.id ? known : null;
	const found = find(detail.id);
	const row = found ?? before?.row;
	if (row === undefined) return null;
	return {row, pair: findPair(row.pair, before?.pair ?? null, find), gone: found === undefined};
};

const findPair = (
	id: string | null,
	known: Row | null,
	find: (id: string) => Row | undefined,
): Row | null => {
	if (id !== null) return find(id) ?? (known?.id === id ? known : null);
	// One that has left is no longer named, and still explains; one that is there and not named is another's.
	return known !== null && find(known.id) === undefined ? known : null;
};
