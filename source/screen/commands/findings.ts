/** Key commands of the diagnoses tab, as actions. The only side effects are requests to the owner. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {isListener, selectionAt} from '../rows/visible-rows.ts';
import type {Fold, Selection} from '../state/basics.ts';
import type {Action, State} from '../state/state.ts';
import {type FindingItem, findingId, groupId, silencedId} from '../tabs/diagnoses/items.ts';

export type FindingContext = {
	state: State;
	/** The lines of the diagnoses tab. */
	findingItems: readonly FindingItem[];
	/** The finding whose detail is open. */
	openFinding: Diagnosis | null;
	/** Finds a row that is in the table, or in the paused snapshot. */
	rowOf(id: string): Row | null;
	/** Wall clock, ms since the epoch. */
	now: number;
	effects: {
		/** Silences the findings of a rule, or ends that. */
		silenceRule(rule: string, on: boolean): void;
	};
};

type FindingCommand = (context: FindingContext) => Action | null;

/** The selected line, or the one that the first key would select. */
const chosenItem = ({
	state,
	findingItems,
}: FindingContext): {item: FindingItem; selection: Selection} | null => {
	const {selected, top} = state.findings;
	const selection = selectionAt(findingItems, selected?.index ?? top);
	const item = selection && findingItems[selection.index];
	return selection && item ? {item, selection} : null;
};

/** The selected finding; for a rule's line, its first finding. */
export const chosenFinding = (context: FindingContext): Diagnosis | null => {
	const item = chosenItem(context)?.item;
	if (item?.type === 'finding') return item.diagnosis;
	return item?.type === 'group' ? item.firstFinding : null;
};

const foldRule =
	(opens: boolean): FindingCommand =>
	context => {
		const chosen = chosenItem(context);
		if (chosen === null) return null;
		const {item, selection} = chosen;
		const {rule} = item;
		if (item.type === 'more')
			return opens ? {type: 'finding-fold', rule, fold: 'all', selection} : selectGroup(rule, context);
		if (item.type === 'finding') return opens ? null : selectGroup(rule, context);
		if (item.type !== 'group') return null;
		const fold: Fold | null = opens ? (item.fold === 'none' ? null : 'all') : 'none';
		return {type: 'finding-fold', rule, fold, selection};
	};

const selectGroup = (rule: string, {findingItems}: FindingContext): Action => {
	const id = groupId(rule);
	return {type: 'finding-select', selection: {id, index: findingItems.findIndex(item => item.id === id)}};
};

export const fold = foldRule(false);
export const unfold = foldRule(true);

/** Opens the finding's row; the finding itself where the row is gone. */
export const goToFinding: FindingCommand = context => {
	const {openFinding, findingItems, state} = context;
	if (state.findings.open !== null) return openFinding && showRow(openFinding, context);
	const chosen = chosenItem(context);
	if (chosen === null) return null;
	const {item, selection} = chosen;
	switch (item.type) {
		case 'group':
			return {
				...{type: 'finding-fold', rule: item.rule, selection},
				fold: item.fold === 'none' ? null : 'none',
			};
		case 'more':
			// The index stays, so the selection falls on the first line that moves up.
			return {
				type: 'finding-fold',
				rule: item.rule,
				fold: 'all',
				selection: selectionAt(findingItems, selection.index) ?? selection,
			};
		case 'finding':
			return showRow(item.diagnosis, context) ?? {type: 'finding-open', key: item.diagnosis.key, selection};
		default:
			return null;
	}
};

const showRow = ({id}: Diagnosis, {state, rowOf, now}: FindingContext): Action | null => {
	const row = id === null ? null : rowOf(id);
	if (row === null) return null;
	const {activeFilter: good} = state.filter;
	return {
		type: 'row-show',
		tab: isListener(row) ? 'listeners' : 'connections',
		id: row.id,
		hidden: {
			byFilter: good !== null && !good.matches(row, now),
			asClosed: !state.showClosed && isOver(row),
		},
	};
};

/** Opens the finding's detail; for a rule's line, that of its first finding. */
export const openFindingPane: FindingCommand = context => {
	const chosen = chosenItem(context);
	if (chosen === null) return null;
	const finding = chosenFinding(context);
	return finding && {type: 'finding-open', key: finding.key, selection: chosen.selection};
};

/** Toggles the rule's silence. The selection follows the rule, so that the same key undoes it. */
export const toggleSilenced: FindingCommand = context => {
	const {openFinding, findingItems, state, effects} = context;
	const chosen = chosenItem(context);
	const rule = state.findings.open === null ? chosen?.item.rule : openFinding?.rule;
	if (!rule) return null;
	const on = !findingItems.some(item => item.type === 'silenced' && item.rule === rule);
	effects.silenceRule(rule, on);
	const index = chosen?.selection.index ?? 0;
	return {type: 'finding-select', selection: {id: on ? silencedId(rule) : groupId(rule), index}};
};

/** Steps to the finding before or after the open one. */
export const openAdjacentFinding = ({state, findingItems}: FindingContext, by: 1 | -1): Action | null => {
	const {open, selected} = state.findings;
	if (open === null) return null;
	const at = findingItems.findIndex(({id}) => id === findingId(open.key));
	const from = at < 0 ? (selected?.index ?? 0) : at;
	const others = by > 0 ? findingItems.slice(from + 1) : findingItems.slice(0, from).toReversed();
	const next = others.find(item => item.type === 'finding');
	if (next?.type !== 'finding') return null;
	return {
		...{type: 'finding-open', key: next.diagnosis.key},
		selection: {id: next.id, index: findingItems.indexOf(next)},
	};
};
