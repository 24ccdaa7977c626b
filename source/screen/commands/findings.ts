/** What the keys of the diagnoses tab do: commands to actions. The only effect is what is asked of the owner. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {isListener, selectAt} from '../rows/visible-rows.ts';
import type {Fold, Selection} from '../state/basics.ts';
import type {Action, State} from '../state/state.ts';
import {type FindingItem, findingId, groupId, silencedId} from '../tabs/diagnoses/items.ts';

export type FindingContext = {
	state: State;
	/** The lines of the tab. */
	findings: readonly FindingItem[];
	/** The finding that is open. */
	finding: Diagnosis | null;
	/** A row that is still in the table, as it is or was when the picture was paused. */
	rowOf(id: string): Row | null;
	/** ms since the epoch. */
	now: number;
	effects: {ignore(rule: string, on: boolean): void};
};

type FindingCommand = (context: FindingContext) => Action | null;

/** The chosen line, or the one that a first key would choose. */
const chosen = ({state, findings}: FindingContext): {item: FindingItem; selection: Selection} | null => {
	const {selected, top} = state.findings;
	const selection = selectAt(findings, selected?.index ?? top);
	const item = selection && findings[selection.index];
	return selection && item ? {item, selection} : null;
};

/** The chosen finding; of a rule its first. */
export const chosenFinding = (context: FindingContext): Diagnosis | null => {
	const item = chosen(context)?.item;
	if (item?.type === 'finding') return item.diagnosis;
	return item?.type === 'group' ? item.first : null;
};

const folding =
	(opens: boolean): FindingCommand =>
	context => {
		const found = chosen(context);
		if (found === null) return null;
		const {item, selection} = found;
		const {rule} = item;
		if (item.type === 'more')
			return opens ? {type: 'finding-fold', rule, fold: 'all', selection} : toGroup(rule, context);
		if (item.type === 'finding') return opens ? null : toGroup(rule, context);
		if (item.type !== 'group') return null;
		const fold: Fold | null = opens ? (item.fold === 'none' ? null : 'all') : 'none';
		return {type: 'finding-fold', rule, fold, selection};
	};

const toGroup = (rule: string, {findings}: FindingContext): Action => {
	const id = groupId(rule);
	return {type: 'finding-select', selection: {id, index: findings.findIndex(item => item.id === id)}};
};

export const fold = folding(false);
export const unfold = folding(true);

/** To the row; the finding itself is opened where there is none. */
export const goTo: FindingCommand = context => {
	const {finding, findings, state} = context;
	if (state.findings.open !== null) return finding && toRow(finding, context);
	const found = chosen(context);
	if (found === null) return null;
	const {item, selection} = found;
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
				selection: selectAt(findings, selection.index) ?? selection,
			};
		case 'finding':
			return toRow(item.diagnosis, context) ?? {type: 'finding-open', key: item.diagnosis.key, selection};
		default:
			return null;
	}
};

const toRow = ({id}: Diagnosis, {state, rowOf, now}: FindingContext): Action | null => {
	const row = id === null ? null : rowOf(id);
	if (row === null) return null;
	const {good} = state.filter;
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
export const tell: FindingCommand = context => {
	const found = chosen(context);
	if (found === null) return null;
	const finding = chosenFinding(context);
	return finding && {type: 'finding-open', key: finding.key, selection: found.selection};
};

/** Silences the rule, or takes that back; the choice goes with it, so that the same key undoes it. */
export const silence: FindingCommand = context => {
	const {finding, findings, state, effects} = context;
	const found = chosen(context);
	const rule = state.findings.open === null ? found?.item.rule : finding?.rule;
	if (!rule) return null;
	const on = !findings.some(item => item.type === 'silenced' && item.rule === rule);
	effects.ignore(rule, on);
	const index = found?.selection.index ?? 0;
	return {type: 'finding-select', selection: {id: on ? silencedId(rule) : groupId(rule), index}};
};

/** The finding before or behind the one that is open. */
export const otherFinding = ({state, findings}: FindingContext, by: 1 | -1): Action | null => {
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
