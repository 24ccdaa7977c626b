/** The lines above the body: title, gauges and tabs. Pure. */

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

/** The program and its wrappers, "server.js 4712 ‹ npm run start"; at the right its exit and the pause. */
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
 * The number of model changes since the pause, rounded down to its first digit: the exact number would redraw
 * the paused screen with every change.
 */
const pendingChanges = (count: number): Segment => {
	if (count === 0) return {text: 'p goes on', tone: 'faint'};
	if (count === 1) return {text: '1 change waits', tone: 'waiting'};
	const step = 10 ** (String(count).length - 1);
	const rounded = count - (count % step);
	return {text: `${rounded < count ? 'over ' : ''}${formatCount(rounded)} changes wait`, tone: 'waiting'};
};

/** Hooks and lost records, event-loop delay, the kernel snapshot's age, alarms, and the byte rates. */
export const statsLine = (stats: Stats, width: number): Line => withMargin(gaugeLine(stats, width - 2));

export type TabCounts = {
	visible: VisibleRows;
	model: ModelView;
	output: OutputView;
	searchResult: SearchResult;
};

/** The tabs with their counts; at the right the filter, the order and the search of the open tab. */
export const tabsLine = (state: State, counts: TabCounts, width: number): Line => {
	const forms = tabForms.map(form => tabSegments(state, counts, form));
	const options = {width: width - 1, separator: ''};
	const sides = filterWidths.map(room =>
		state.overlay?.type === 'filter'
			? []
			: [...tableStatus(state, counts.model, {width, filterWidth: room}), ...outputStatus(state, counts)],
	);
	// The names of the other tabs matter more than their counts; their numbers are never dropped.
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

/** Cells for the filter text: a narrower one is tried where no form of the tabs fits beside it. */
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

/** The worst severity of the active findings; null without any. */
const worstActiveFinding = ({paused}: State, {diagnoses}: Pick<ModelView, 'diagnoses'>): Severity | null =>
	worstActive(countActive((paused?.findings ?? diagnoses).list.values()));

/** The number of active findings of rules that are not silenced, with the mark of the worst. */
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
			// Destinations are computed only while the routes tab is open.
			return visible.destinations === null ? '' : String(visible.destinations.list.length);
		case 'processes':
			return String(model.processes.length);
		case 'output':
			return formatCount(output.dropped + output.lines.length);
		default:
			return unreachable(tab, 'tab');
	}
};

/** The left margin; the right one is left free by the width that the line was laid out for. */
const withMargin = (line: Line): Line => [{text: ' '}, ...line];
