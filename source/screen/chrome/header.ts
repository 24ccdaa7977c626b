/** The lines above the body: what is watched, how it is doing, which tab is open. Pure. */

import type {Severity} from '../../domain/diagnosis/severity.ts';
import {formatCount, formatExit} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import {widthOf} from '../../text/width.ts';
import {type Line, pack, type Segment} from '../lines/segments.ts';
import type {Picture} from '../rows/visible-rows.ts';
import {tabs} from '../state/basics.ts';
import type {State} from '../state/state.ts';
import {heldOf, worstHeld} from '../tabs/diagnoses/items.ts';
import type {Found} from '../tabs/output/search.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import {gaugeLine, type Stats} from './gauges.ts';
import {watched} from './program-title.ts';
import {outputFacts} from './search-line.ts';
import {leastRank, tableFacts} from './table-facts.ts';

/** What runs: "server.js 4712 ‹ npm run start", and whether it still does. */
export const titleLine = (model: ModelView, state: State, width: number): Line => {
	const {program, wrappers, others} = watched(model);
	const left: Segment[] = [
		{text: `${program}${others}`, tone: 'strong'},
		{text: wrappers, tone: 'faint', rank: 1},
	];
	return inset(pack(left, [...badges(model, state)], {width: width - 2, separator: ' '}));
};

const badges = ({session, version}: ModelView, {paused}: State): readonly Segment[] => {
	if (!session.ended && !paused) return [{text: 'netwatch', tone: 'faint', rank: 1}];
	const result: Segment[] = [];
	if (session.ended) {
		const bad = session.ended.exitCode !== 0;
		result.push({text: `ended with ${formatExit(session.ended)} · q quits`, tone: bad ? 'failed' : 'strong'});
	}
	if (paused) {
		result.push({text: ' PAUSED ', tone: 'alert'}, {...waitingText(version - paused.version), rank: 2});
	}
	return result;
};

/**
 * How many changes wait behind a pause. Of many the first digit is enough: a picture that stands still is not to be
 * written again for each of them.
 */
const waitingText = (count: number): Segment => {
	if (count === 0) return {text: 'p goes on', tone: 'faint'};
	if (count === 1) return {text: '1 change waits', tone: 'waiting'};
	const step = 10 ** (String(count).length - 1);
	const about = count - (count % step);
	return {text: `${about < count ? 'over ' : ''}${formatCount(about)} changes wait`, tone: 'waiting'};
};

/** Hook health, event-loop delay, the kernel view's freshness, what is near a limit or is lost, and what flows. */
export const statsLine = (stats: Stats, width: number): Line => inset(gaugeLine(stats, width - 2));

export type TabCounts = {picture: Picture; model: ModelView; output: OutputView; found: Found};

/** The tabs with what each holds; at the right what narrows and orders the table. */
export const tabsLine = (state: State, counts: TabCounts, width: number): Line => {
	const forms = tabForms.map(form => tabSegments(state, counts, form));
	const options = {width: width - 1, separator: ''};
	const sides = filterRooms.map(room =>
		state.overlay?.type === 'filter'
			? []
			: [...tableFacts(state, counts.model, {width, room}), ...outputFacts(state, counts)],
	);
	// What the others hold is worth less than their names; their numbers alone tell that they are there.
	for (const right of sides) {
		const fits = (left: readonly Segment[]): boolean =>
			[...left, ...right.filter(({rank}) => rank !== leastRank)].reduce(
				(sum, {text}) => sum + widthOf(text),
				0,
			) <= options.width;
		const left = forms.find(fits);
		if (left) return pack(left, right, options);
	}
	return pack(forms.at(-1) ?? [], sides.at(-1) ?? [], options);
};

/** Cells for the filter, the next where no form of the tabs has room beside it. */
const filterRooms = [32, 20, 12] as const;

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
		const alarm = id === 'diagnoses' ? worstFound(state, counts.model) : null;
		const count = form.counts === 'all' || active || alarm !== null ? countOf(id, state, counts) : '';
		const name = active ? id : nameOfOther(id, form);
		const text = ` ${[String(number), name, count].filter(part => part !== '').join(' ')} `;
		if (active) return {text, tone: 'chosen'};
		return alarm === null ? {text, tone: 'faint', rank: 2} : {text, tone: severityTone(alarm), rank: 1};
	});

const nameOfOther = (id: State['tab'], {names}: TabForm): string => {
	if (names === 'none') return '';
	if (names === 'whole') return id;
	return (names === 'short' ? shortNames : shortestNames)[id] ?? id;
};

/** The worst that holds; null where nothing does. */
const worstFound = ({paused}: State, {diagnoses}: Pick<ModelView, 'diagnoses'>): Severity | null =>
	worstHeld(heldOf((paused?.found ?? diagnoses).list.values()));

/** How many hold, of rules that are not silenced, with the mark of the worst. */
const foundCount = (state: State, {diagnoses}: Pick<ModelView, 'diagnoses'>): string => {
	let now = 0;
	for (const [rule, count] of (state.paused?.found ?? diagnoses).counts) {
		if (!diagnoses.ignored.has(rule)) now += count.now;
	}
	const worst = now > 0 ? worstFound(state, {diagnoses}) : null;
	return `${formatCount(now)}${worst === null || worst === 'info' ? '' : severityMark(worst)}`;
};

const countOf = (tab: State['tab'], state: State, {picture, model, output}: TabCounts): string => {
	switch (tab) {
		case 'connections':
		case 'listeners': {
			const {shown, total} = picture.counts[tab];
			return shown === total ? String(total) : `${shown}/${total}`;
		}
		case 'diagnoses':
			return foundCount(state, model);
		case 'routes':
			// Rows are gone through for them only where somebody looks.
			return picture.destinations === null ? '' : String(picture.destinations.list.length);
		case 'processes':
			return String(model.processes.length);
		case 'output':
			return formatCount(output.dropped + output.lines.length);
	}
};

/** A cell of air at both ends. */
const inset = (line: Line): Line => [{text: ' '}, ...line];
