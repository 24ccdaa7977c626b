/** What keys do to the filter that is typed. */
import {type Filter, filterLimit, parseFilter} from '../../../model/filter/index.ts';
import {beginsWord} from '../../prompt/filter-word.ts';
import {type Edit, edit} from '../../prompt/line-edit.ts';
import {searchTyped} from '../../state/output-state.ts';
import {type Action, modeOf, type State} from '../../state/types.ts';
import type {Command} from './context.ts';

export const typed =
	(change: Edit): Command =>
	({state}) =>
		typedAction(state, change);

/** @returns the action of an edit of what is typed: a filter is understood anew whenever it changed */
export const typedAction = (state: State, change: Edit): Action | null => {
	if (modeOf(state) === 'search') return searchTyped(state.output, change);
	const {filter} = state;
	const line = edit(filter.line, change, filterLimit);
	if (line === filter.line) return null;
	if (line.text === filter.line.text) {
		return {type: 'filter-typed', line, filter: filter.good, problem: filter.problem};
	}
	const parsed = parseFilter(line.text);
	if (!parsed.ok) return {type: 'filter-typed', line, filter: null, problem: parsed};
	const begun = beginsWord(line);
	const effective = begun ? understood(begun.before) : parsed.filter;
	return {type: 'filter-typed', line, filter: effective, problem: null};
};

const understood = (text: string): Filter | null => {
	const parsed = parseFilter(text);
	return parsed.ok ? parsed.filter : null;
};

/** The text as it stands becomes the filter, if it is understood. */
export const keepAction = ({filter}: State): Action => ({
	type: 'filter-keep',
	filter: understood(filter.line.text),
});
