/** The lines above the body: what is watched, how it is doing, which tab is open. Pure. */

import type {Severity} from '../../domain/diagnosis/severity.ts';
import {formatCount, formatExit} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {unreachable} from '../../shared/unreachable.ts';
import type {OutputView} from '../../text/output-line.ts';
import {widthOf} from '../../text/width.ts';
import {type Line, layoutLine, type Segment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {tabs} from '../state/basics.ts';
import type {State} from '../state/state.ts';
import {countActive, worstActive} from '../tabs/diagnoses/items.ts';
import type {SearchResult} from '../tabs/output/search.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import type {Stats} from './gauge.ts';
import {gaugeLine} from './gauge-line.ts';
import {programTitle} from './program-title.ts';
import {outputStatus} from './search-line.ts';
import {optionalRank, tableStatus} from './table-facts.ts';

/** What runs: "server.js 4712 ‹ npm run start", and whether it still does. */
export const titleLine = (model: ModelView, state: State, width: number): Line => {
	const {program, wrappers, others} = programTitle(model);
	const left: Segment[] = [
		{text: `${program}${others}`, tone: 'strong'},
		{text: wrappers, tone: 'faint', rank: 1},
	];
	return withMargin(layoutLine(left, [...statusBadges(model, state)], {width: width - 2, separator: ' '}));
};

const statusBadges = ({session, version}: ModelView, {paused}: State): readonly Segment[] => {
	if (!session.ended && !paused) return [{text: 'netwatch', tone: 'faint', rank: 1}];
	const result: Segment[] = [];
	if (session.ended) {
		const isFailure = session.ended.exitCode !== 0;
		result.push({
			text: `ended with ${formatExit(session.ended)} · q quits`,
			tone: isFailure ? 'failed' : 'strong',
		});
	}
	if (paused) {
		result.push({text: ' PAUSED ', tone: 'alert'}, {...pendingChanges(version - paused.version), rank: 2});
	}
	return result;
};

/**
 * How many changes wait behind a pause. Of many the first digit is enough: a picture that stands still is not to be
 * written again for each of them.
 */
const pendingChanges = (count: number): Segment => {
	if (count === 0) return {text: 'p goes on', tone: 'faint'};
	if (count === 1) return {text: '1 change waits', tone: 'waiting'};
	const step = 10 ** (String(count).length - 1);
	const rounded = count - (count % step);
	return {text: `${rounded < count ? 'over ' : ''}${formatCount(rounded)} changes wait`, tone: 'waiting'};
};

/** Hook health, event-loop delay, the kernel view's freshness, what is near a limit or is lost, and what flows. */
export const statsLine = (stats: Stats, width: number): Line => withMargin(gaugeLine(stats, width - 2));

export type TabCounts = {
	visible: VisibleRows;
	model: ModelView;
	output: OutputView;
	searchResult: SearchResult;
};

/** The tabs with what each holds; at the right what narrows and orders the table. */
export const tabsLine = (state: State, counts: TabCounts, width: number): Line => {
	const forms = tabForms.map(form => tabSegments(state, counts, form));
	const options = {width: width - 1, separator: ''};
	const sides = filterWidths.map(room =>
		state.overlay?.type === 'filter'
			? []
			: [...tableStatus(state, counts.model, {width, filterWidth: room}), ...outputStatus(state, counts)],
	);
	// What the others hold is worth less than their names; their numbers alone tell that they are there.
	for (const right of sides) {
		const fits = (left: readonly Segment[]): boolean =>
			[...left, ...right.filter(({rank}) => rank !== optionalRank)].reduce(
				(sum, {text}) => sum + widthOf(text),
				0,
			) <= options.width;
		const left = forms.find(fits);
		if (left) return layoutLine(left, right, options);
	}
	return layoutLine(forms.at(-1) ?? [], sides.at(-1) ?? [], options);
};

/** Cells for the filter, the next where no form of the tabs has room beside it. */
const filterWidths = [32, 20, 12] as const;

type TabForm = {counts: 'all' | 'few'; names: 'whole' | 'short' | 'shortest' | 'none'};

const tabForms: readonly TabForm[] = [
	{counts: 'all', names: 'whole'},
	{counts: 'few', names: 'whole'},
	{counts: 'all', names: 'short'},
	{counts: 'few', names: 'short'},
	{counts: 'few', names: 'shortest'},
	{counts: 'few', names: 'none'},
];

const shortNames: Partial<Record<State['tab'], string>> = {
	connections: 'conns',
	listeners: 'listen',
	processes: 'procs',
};

const shortestNames: typeof shortNames = {...shortNames, diagnoses: 'diag', output: 'out'};

const tabSegments = (state: State, counts: TabCounts, form: TabForm): Segment[] =>
	tabs.map(({id, number}) => {
		const active = id === state.tab;
		const severity = id === 'diagnoses' ? worstActiveFinding(state, counts.model) : null;
		const count = form.counts === 'all' || active || severity !== null ? tabCount(id, state, counts) : '';
		const name = active ? id : inactiveTabName(id, form);
		const text = ` ${[String(number), name, count].filter(part => part !== '').join(' ')} `;
		if (active) return {text, tone: 'chosen'};
		return severity === null ? {text, tone: 'faint', rank: 2} : {text, tone: severityTone(severity), rank: 1};
	});

const inactiveTabName = (id: State['tab'], {names}: TabForm): string => {
	if (names === 'none') return '';
	if (names === 'whole') return id;
	return (names === 'short' ? shortNames : shortestNames)[id] ?? id;
};

/** The worst that holds; null where nothing does. */
const worstActiveFinding = ({paused}: State, {diagnoses}: Pick<ModelView, 'diagnoses'>): Severity | null =>
	worstActive(countActive((paused?.findings ?? diagnoses).list.values()));

/** How many hold, of rules that are not silenced, with the mark of the worst. */
const activeFindingCount = (state: State, {diagnoses}: Pick<ModelView, 'diagnoses'>): string => {
	let now = 0;
	for (const [rule, count] of (state.paused?.findings ?? diagnoses).counts) {
		if (!diagnoses.ignored.has(rule)) now += count.now;
	}
	const worst = now > 0 ? worstActiveFinding(state, {diagnoses}) : null;
	return `${formatCount(now)}${worst === null || worst === 'info' ? '' : severityMark(worst)}`;
};

const tabCount = (tab: State['tab'], state: State, {visible, model, output}: TabCounts): string => {
	switch (tab) {
		case 'connections':
		case 'listeners': {
			const {shown, total} = visible.counts[tab];
			return shown === total ? String(total) : `${shown}/${total}`;
		}
		case 'diagnoses':
			return activeFindingCount(state, model);
		case 'routes':
			// Rows are gone through for them only where somebody looks.
			return visible.destinations === null ? '' : String(visible.destinations.list.length);
		case 'processes':
			return String(model.processes.length);
		case 'output':
			return formatCount(output.dropped + output.lines.length);
		default:
			return unreachable(tab, 'tab');
	}
};

/** A cell of air at both ends. */
const withMargin = (line: Line): Line => [{text: ' '}, ...line];
