/** The status of a table (filter, hidden rows, order, columns), at the right end of the tabs. Pure. */

import type {ModelView} from '../../domain/view/model-view.ts';
import {sortKeys} from '../../query/sort.ts';
import {sanitize} from '../../text/sanitize.ts';
import {truncate} from '../../text/width.ts';
import {rowTables, withChosenColumns} from '../columns/chosen-columns.ts';
import type {Segment} from '../lines/segments.ts';
import {isListTab, type ListTab} from '../state/basics.ts';
import {initialState, type State} from '../state/state.ts';
import {layoutColumns} from '../table/layout.ts';

/** A segment of this rank is dropped before the names of the tabs are shortened. */
export const optionalRank = 3;

/** Cells of the terminal, and of the filter text. */
type StatusRoom = {width: number; filterWidth: number};

export const tableStatus = (
	state: State,
	{showsAll}: Pick<ModelView, 'showsAll'>,
	{width, filterWidth: room}: StatusRoom,
): Segment[] => {
	const {tab, filter, showClosed} = state;
	const segments: Segment[] = showsAll ? [{text: ' all', tone: 'waiting', rank: 1}] : [];
	if (!isListTab(tab)) return segments;
	if (filter.activeFilter)
		segments.push({
			text: ` ${truncate(sanitize(`/${filter.activeFilter.text}`), room)}`,
			tone: 'waiting',
			rank: 1,
		});
	if (!showClosed) segments.push({text: ' closed hidden', tone: 'waiting', rank: 1});
	if (state.lists[tab].follow) segments.push({text: ' '}, {text: ' FOLLOW ', tone: 'chosen'});
	return [...segments, ...columnStatus(state, tab, width)];
};

/** A sort order other than the default whose column is not visible; the number of columns without room. */
const columnStatus = ({lists, columns}: State, list: ListTab, width: number): Segment[] => {
	const {sort} = lists[list];
	const chosen = withChosenColumns(rowTables[list], columns[list]);
	const shown = layoutColumns(width, chosen);
	const isSortVisible =
		sort.key === initialState.lists[list].sort.key ||
		shown.some(({column}) => column.sortKeys?.includes(sort.key));
	const title = sortKeys.find(({id}) => id === sort.key)?.title ?? '';
	const missing = columns[list] === null ? 0 : chosen.columns.length - shown.length;
	return [
		...(isSortVisible
			? []
			: [{text: ` by ${title}${sort.direction === 'asc' ? '▴' : '▾'}`, tone: 'strong', rank: 2} as const]),
		...(missing === 0
			? []
			: [
					{
						text: ` +${missing} column${missing === 1 ? '' : 's'}`,
						tone: 'faint',
						rank: optionalRank,
					} as const,
				]),
	];
};
