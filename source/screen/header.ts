/** The lines above the body: what is watched, how it is doing, which tab is open. Pure. */
import {
	formatAge,
	formatCommand,
	formatCount,
	formatDuration,
	formatEnd,
	formatMs,
	formatRate,
} from '../model/format.ts';
import {clean} from '../model/text.ts';
import type {ProcessRow} from '../model/types.ts';
import type {ModelView, OutputView} from '../model/view.ts';
import {type AlarmMemory, alarmSegments} from './alarms.ts';
import type {Picture} from './picture.ts';
import {type Line, pack, type Segment} from './segments.ts';
import {isListTab, type State, tabs} from './state.ts';
import type {Tone} from './theme.ts';
import {shorten, widthOf} from './width.ts';

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
		result.push({text: `ended with ${formatEnd(session.ended)} · q quits`, tone: bad ? 'failed' : 'strong'});
	}
	if (paused) {
		const waiting = version - paused.version;
		const words = waiting === 1 ? '1 change waits' : `${formatCount(waiting)} changes wait`;
		result.push({text: ' PAUSED ', tone: 'alert'}, {text: words, tone: 'waiting', rank: 2});
	}
	return result;
};

/** The program, and the wrappers that started it, folded under it. */
const watched = (model: ModelView): {program: string; wrappers: string; others: string} => {
	const main = model.processes.filter(({thread}) => thread === 0);
	const living = main.filter(({state}) => state === 'running' || state === 'unhooked');
	const candidates = living.some(({wrapper}) => !wrapper) ? living : main;
	const programs = candidates.filter(({wrapper}) => !wrapper);
	const first = programs[0];
	const wrappers = main.filter(({wrapper}) => wrapper).toReversed();
	if (first === undefined) {
		const pid = model.session.pid === null ? '' : ` ${model.session.pid}`;
		return {program: `${formatCommand(model.session.command)}${pid}`, wrappers: '', others: ''};
	}
	return {
		program: nameOf(first),
		wrappers: [...new Set(wrappers.map(({program}) => `‹ ${shorten(clean(program), 24)}`))].join(' '),
		others: programs.length > 1 ? ` +${programs.length - 1}` : '',
	};
};

const nameOf = ({program, pid}: ProcessRow): string => `${shorten(clean(program) || 'process', 32)} ${pid}`;

export type Stats = {model: ModelView; picture: Picture; alarms: AlarmMemory; now: number};

/** Hook health, event-loop delay, the kernel view's freshness, what is near a limit or is lost, and what flows. */
export const statsLine = ({model, picture, alarms, now}: Stats, width: number): Line => {
	const left = [
		...hookHealth(model),
		loopDelay(model, now),
		...kernelView(model, now),
		...alarmSegments(model, alarms),
	];
	return inset(pack(left, rates(picture), {width: width - 2, separator: ' · '}));
};

const hookHealth = ({processes, dropped}: ModelView): Segment[] => {
	const hooked = processes.filter(({state}) => state === 'running').length;
	const unhooked = processes.filter(({state}) => state === 'unhooked').length;
	const segments: Segment[] = [
		hooked > 0 || processes.length > 0
			? {text: `${hooked} hooked`, tone: 'plain'}
			: {text: 'no hook yet', tone: 'waiting'},
	];
	if (unhooked > 0) segments.push({text: `${unhooked} unhooked`, tone: 'waiting'});
	if (dropped > 0) segments.push({text: `${formatCount(dropped)} records lost`, tone: 'failed'});
	return segments;
};

/** From here on a busy loop is worth a colour. */
const busyLoopMs = 100;

/** A loop that runs tells of itself each second, by its hook: one that does not is blocked, or its process stopped. */
const silentLoopMs = 3000;

const loopDelay = ({processes}: ModelView, now: number): Segment => {
	const silences = processes.flatMap(({state, loopSeenAt}) =>
		state === 'running' && loopSeenAt !== null ? [now - loopSeenAt] : [],
	);
	const longest = Math.max(0, ...silences);
	if (longest >= silentLoopMs) {
		return {text: `loop silent ${formatAge(longest)}`, tone: 'alert', rank: 1};
	}

	const delays = processes.flatMap(({state, load}) =>
		state === 'running' && load?.loopDelayP99 != null ? [load.loopDelayP99] : [],
	);
	if (delays.length === 0) return {text: 'loop –', tone: 'faint', rank: 2};
	const worst = Math.max(...delays);
	return {text: `loop p99 ${formatMs(worst)}`, tone: worst >= busyLoopMs ? 'waiting' : 'plain', rank: 2};
};

/** A view this old is late: it is asked for once a second. */
const lateMs = 3000;

const kernelView = ({kernel}: ModelView, now: number): Segment[] => {
	const views = [...kernel.values()];
	if (views.length === 0) return [{text: 'kernel –', tone: 'faint', rank: 3}];
	const sockets = views.reduce((sum, view) => sum + view.sockets, 0);
	const age = now - Math.min(...views.map(({at}) => at));
	// A number that is always new says so in one unchanging word: the line keeps still.
	const late = age >= lateMs;
	const seen = late ? `${formatDuration(age)} old` : `<${lateMs / 1000}s old`;
	const tone: Tone = late ? 'waiting' : 'plain';
	return [{text: `kernel ${formatCount(sockets)} sockets, ${seen}`, tone, rank: late ? 1 : 3}];
};

const rates = ({inBps, outBps}: Picture): Segment[] => [
	{text: `in ${formatRate(inBps)}`, tone: inBps ? 'plain' : 'faint', rank: 4},
	{text: `out ${formatRate(outBps)}`, tone: outBps ? 'plain' : 'faint', rank: 4},
];

export type TabCounts = {picture: Picture; model: ModelView; output: OutputView};

/** The tabs with what each holds; at the right what narrows and orders the table. */
export const tabsLine = (state: State, counts: TabCounts, width: number): Line => {
	const right = state.overlay?.type === 'filter' ? [] : tableFacts(state, counts.model);
	const all = tabSegments(state, counts, true);
	const used = [...all, ...right].reduce((sum, {text}) => sum + widthOf(text) + 1, -1);
	// What the others hold is worth less than their names.
	const left = used <= width - 1 ? all : tabSegments(state, counts, false);
	return pack(left, right, {width: width - 1, separator: ' '});
};

const tabSegments = (state: State, counts: TabCounts, withCounts: boolean): Segment[] =>
	tabs.map(({id, number}) => {
		const active = id === state.tab;
		const count = withCounts || active ? countOf(id, counts) : '';
		const text = ` ${[String(number), id, count].filter(part => part !== '').join(' ')} `;
		return {text, tone: active ? 'chosen' : 'faint', rank: active ? 0 : 2};
	});

const countOf = (tab: State['tab'], {picture, model, output}: TabCounts): string => {
	switch (tab) {
		case 'connections':
		case 'listeners': {
			const {shown, total} = picture.counts[tab];
			return shown === total ? String(total) : `${shown}/${total}`;
		}
		case 'routes':
			// Rows are gone through for them only where somebody looks.
			return picture.destinations === null ? '' : String(picture.destinations.list.length);
		case 'processes':
			return String(model.processes.length);
		case 'output':
			return formatCount(output.dropped + output.lines.length);
	}
};

const tableFacts = ({tab, filter, showClosed}: State, {showsAll}: ModelView): Segment[] => {
	const facts: Segment[] = showsAll ? [{text: 'all', tone: 'waiting', rank: 1}] : [];
	if (!isListTab(tab)) return facts;
	if (filter.good) facts.push({text: shorten(clean(`/${filter.good.text}`), 32), tone: 'waiting', rank: 1});
	if (!showClosed) facts.push({text: 'closed hidden', tone: 'waiting', rank: 1});
	return facts;
};

/** A cell of air at both ends. */
const inset = (line: Line): Line => [{text: ' '}, ...line];
