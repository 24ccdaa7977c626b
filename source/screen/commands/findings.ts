/** What the keys of the diagnoses tab do: commands to actions. The only effect is what is asked of the owner. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {isListener, selectionAt} from '../rows/visible-rows.ts';
import type {Fold, Selection} from '../state/basics.ts';
import type {Action, State} from '../state/state.ts';
import {type FindingItem, findingId, groupId, silencedId} from '../tabs/diagnoses/items.ts';

export type FindingContext = {
	state: State;
	/** The lines of the tab. */
	findingItems: readonly FindingItem[];
	/** The finding that is open. */
	openFinding: Diagnosis | null;
	/** A row that is still in the table, as it is or was when the picture was paused. */
	rowOf(id: string): Row | null;
	/** ms since the epoch. */
	now: number;
	effects: {silenceRule(rule: string, on: boolean): void};
};

type FindingCommand = (context: FindingContext) => Action | null;

/** The chosen line, or the one that a first key would choose. */
const chosenItem = ({
	state,
	findingItems: findings,
}: FindingContext): {item: FindingItem; selection: Selection} | null => {
	const {selected, top} = state.findings;
	const selection = selectionAt(findings, selected?.index ?? top);
	const item = selection && findings[selection.index];
	return selection && item ? {item, selection} : null;
};

/** The chosen finding; of a rule its first. */
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

const selectGroup = (rule: string, {findingItems: findings}: FindingContext): Action => {
	const id = groupId(rule);
	return {type: 'finding-select', selection: {id, index: findings.findIndex(item => item.id === id)}};
};

export const fold = foldRule(false);
export const unfold = foldRule(true);

/** To the row; the finding itself is opened where there is none. */
export const goToFinding: FindingCommand = context => {
	const {openFinding: finding, findingItems: findings, state} = context;
	if (state.findings.open !== null) return finding && showRow(finding, context);
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
			// The first of those that come in its place is chosen: the index stays.
			return {
				type: 'finding-fold',
				rule: item.rule,
				fold: 'all',
				selection: selectionAt(findings, selection.index) ?? selection,
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

/** Opens what a finding says: of a rule its first. */
export const openFindingPane: FindingCommand = context => {
	const chosen = chosenItem(context);
	if (chosen === null) return null;
	const finding = chosenFinding(context);
	return finding && {type: 'finding-open', key: finding.key, selection: chosen.selection};
};

/** Silences the rule, or takes that back; the choice goes with it, so that the same key undoes it. */
export const toggleSilenced: FindingCommand = context => {
	const {openFinding: finding, findingItems: findings, state, effects} = context;
	const chosen = chosenItem(context);
	const rule = state.findings.open === null ? chosen?.item.rule : finding?.rule;
	if (!rule) return null;
	const on = !findings.some(item => item.type === 'silenced' && item.rule === rule);
	effects.silenceRule(rule, on);
	const index = chosen?.selection.index ?? 0;
	return {type: 'finding-select', selection: {id: on ? silencedId(rule) : groupId(rule), index}};
};

/** The finding before or behind the one that is open. */
export const openAdjacentFinding = (
	{state, findingItems: findings}: FindingContext,
	by: 1 | -1,
): Action | null => {
	const {open, selected} = state.findings;
	if (open === null) return null;
	const at = findings.findIndex(({id}) => id === findingId(open.key));
	const from = at < 0 ? (selected?.index ?? 0) : at;
	const others = by > 0 ? findings.slice(from + 1) : findings.slice(0, from).toReversed();
	const next = others.find(item => item.type === 'finding');
	if (next?.type !== 'finding') return null;
	return {
		...{type: 'finding-open', key: next.diagnosis.key},
		selection: {id: next.id, index: findings.indexOf(next)},
	};
};
