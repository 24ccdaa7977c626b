/** What narrows and orders the table, at the right end of the tabs. Pure. */

import type {ModelView} from '../../domain/view/model-view.ts';
import {sortKeys} from '../../query/sort.ts';
import {sanitize} from '../../text/sanitize.ts';
import {shorten} from '../../text/width.ts';
import {chosenTable, rowTables} from '../columns/chosen-columns.ts';
import type {Segment} from '../lines/segments.ts';
import {isListTab, type ListTab} from '../state/basics.ts';
import {initialState, type State} from '../state/state.ts';
import {layOut} from '../table/layout.ts';

/** Of what is worth less than the names of the tabs: it goes before they are made shorter. */
export const leastRank = 3;

/** Cells of the terminal, and of the filter in it. */
type Room = {width: number; room: number};

export const tableFacts = (
	state: State,
	{showsAll}: Pick<ModelView, 'showsAll'>,
	{width, room}: Room,
): Segment[] => {
	const {tab, filter, showClosed} = state;
	const facts: Segment[] = showsAll ? [{text: ' all', tone: 'waiting', rank: 1}] : [];
	if (!isListTab(tab)) return facts;
	if (filter.good)
		facts.push({text: ` ${shorten(sanitize(`/${filter.good.text}`), room)}`, tone: 'waiting', rank: 1});
	if (!showClosed) facts.push({text: ' closed hidden', tone: 'waiting', rank: 1});
	if (state.lists[tab].follow) facts.push({text: ' '}, {text: ' FOLLOW ', tone: 'chosen'});
	return [...facts, ...columnFacts(state, tab, width)];
};

/** An order whose column is not in sight, and columns that were chosen and have no room. */
const columnFacts = ({lists, columns}: State, list: ListTab, width: number): Segment[] => {
	const {sort} = lists[list];
	const chosen = chosenTable(rowTables[list], columns[list]);
	const shown = layOut(width, chosen);
	const isTold =
		sort.key === initialState.lists[list].sort.key ||
		shown.some(({column}) => column.sortedBy?.includes(sort.key));
	const title = sortKeys.find(({id}) => id === sort.key)?.title ?? '';
	const missing = columns[list] === null ? 0 : chosen.columns.length - shown.length;
	return [
		...(isTold
			? []
			: [{text: ` by ${title}${sort.direction === 'asc' ? '▴' : '▾'}`, tone: 'strong', rank: 2} as const]),
		...(missing === 0
			? []
			: [{text: ` +${missing} column${missing === 1 ? '' : 's'}`, tone: 'faint', rank: leastRank} as const]),
	];
};
