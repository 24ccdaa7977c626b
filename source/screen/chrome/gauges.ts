/** What the header's line of figures is made of: what netwatch sees and does not see, and how the processes are doing. Pure. */
import {formatAge, formatCount, formatDuration, formatMs, formatRate} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {widthOf, wrapWords} from '../../text/width.ts';
import {type Line, layoutLine, lineWidth, type Segment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {unhookedProcesses} from '../tabs/processes/blind-spots.ts';
import type {Tone} from '../theme/theme.ts';
import {type AlarmTimes, alarmSegments} from './alarms.ts';

export type Gauge = {
	text: string;
	/** The same for a line without room; absent where it is short already. */
	shortText?: string;
	tone: Tone;
	/** 0 is never left out for the sake of others; the greatest goes first. */
	rank: number;
	/** Of what netwatch sees and does not see: there from 80 cells on, whatever else is to be told. */
	isPinned?: boolean;
	/** What it means, for the help page. */
	meaning: string;
};

export type Stats = {
	model: ModelView;
	visible: VisibleRows;
	alarms: AlarmTimes;
	/** ms since the epoch */
	now: number;
	/** Rights that netwatch lacks; none where not given. */
	missingRights?: MissingRights | null | undefined;
};

/** What netwatch may not do, in a word and in a sentence. */
export type MissingRights = {label: string; explanation: string};

/** In the order in which they are read. */
export const gaugesOf = ({model, visible, alarms, now, missingRights = null}: Stats): Gauge[] => [
	...hookGauges(model, now),
	loopGauge(model, now),
	kernelGauge(model, now),
	...(missingRights === null
		? []
		: [
				{
					text: missingRights.label,
					tone: 'faint',
					rank: 0,
					isPinned: true,
					meaning: missingRights.explanation,
				} as const,
			]),
	...noticeGauges(model),
	...alarmSegments(model, alarms).map(({text, tone = 'plain', rank = 0}) => ({
		...{text, tone, rank},
		meaning: 'of what is found or of a limit, while it matters and a moment longer',
	})),
	...acceptQueueGauge(visible),
];

/** Whether a hook answers, and what is amiss, as words. */
export const problemTexts = (stats: Stats): string[] =>
	gaugesOf(stats).flatMap((gauge, index) => (index === 0 || gravityOf(gauge) > 0 ? [gauge.text] : []));

const separator = ' · ';

/** Cells of the line, without the air at its ends, from which on what must always be there has room. */
const minWidthForPinned = 78;
/** In a shorter line that gives way while it is well. */
const pinnedRank = 3;
/** Worth no shorter words for the others. */
const leastRank = 8;

const toneGravity: Partial<Record<Tone, number>> = {alert: 2, failed: 2, waiting: 1};
const gravityOf = ({tone}: Gauge): number => toneGravity[tone] ?? 0;

/**
 * The gauges and the rates in a line. Where there is no room the rates go first, then words become shorter, then what is well goes,
 * but for what netwatch sees and does not see; in the end the worst come first and the rest is counted: nothing that is amiss is
 * left out without a word.
 *
 * @param width cells
 */
export const gaugeLine = (stats: Stats, width: number): Line => {
	const gauges = gaugesOf(stats).map((gauge, index) => ({...gauge, rank: rankOf(gauge, index, width)}));
	const shortGauges = gauges.map(gauge => ({...gauge, text: gauge.shortText ?? gauge.text}));
	const [best] = [gauges, shortGauges]
		.map(gauges => ({
			told: gauges,
			line: layoutLine(gauges, rateSegments(stats.visible), {width, separator}),
		}))
		.filter(({told: gauges, line}) => hasAllRequired(line, gauges))
		.map(({told: gauges, line}) => ({line, count: shownCount(line, gauges)}))
		.toSorted((one, other) => other.count - one.count);
	return best?.line ?? worstFirstLine(shortGauges, width);
};

/** What is amiss goes last; so does, in a line of some length, what netwatch sees and does not see. */
const rankOf = (gauge: Gauge, index: number, width: number): number => {
	if (index === 0 || gravityOf(gauge) > 0) return 0;
	return gauge.isPinned === true ? (width >= minWidthForPinned ? 0 : pinnedRank) : gauge.rank;
};

const shownCount = (line: Line, gauges: readonly Gauge[]): number => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.filter(({text, rank}) => rank < leastRank && texts.has(text)).length;
};

/** Whether none is missing that is amiss or must not be left out. */
const hasAllRequired = (line: Line, gauges: readonly Gauge[]): boolean => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.every(gauge => (gravityOf(gauge) === 0 && gauge.rank > 0) || texts.has(gauge.text));
};

/**
 * What netwatch sees and does not see, as far as there is room for it, then as many as fit of the others that are amiss, the
 * worst first, and how many more there are.
 */
const worstFirstLine = (gauges: readonly Gauge[], width: number): Line => {
	const isFirst = ({isPinned: always}: Gauge, index: number): boolean => index === 0 || always === true;
	const first = gauges.filter(isFirst);
	const problems = gauges
		.filter((gauge, index) => !isFirst(gauge, index) && gravityOf(gauge) > 0)
		.toSorted((one, other) => gravityOf(other) - gravityOf(one));
	const isKept = (gauge: Gauge, index: number): boolean =>
		index === 0 || width >= minWidthForPinned || gravityOf(gauge) > 0;
	const selected = [...first.filter(isKept), ...problems];
	for (let count = selected.length; count > 1; count--) {
		const line = joinGauges(selected, count);
		if (lineWidth(line) <= width) return line;
	}
	return layoutLine(joinGauges(selected, 1), [], {width, separator: ''});
};

const joinGauges = (gauges: readonly Gauge[], count: number): Line => {
	const shown = gauges.slice(0, count).flatMap(({text, shortText: short, tone}, index): Segment[] => {
		const segment = {text: short ?? text, tone};
		return index === 0 ? [segment] : [{text: separator, tone: 'faint'}, segment];
	});
	const hiddenCount = gauges.length - count;
	return hiddenCount === 0 ? shown : [...shown, {text: ` +${hiddenCount} ?`, tone: 'waiting'}];
};

/** The help page with what the header says: before all else where the header had no room for it. */
export const withGauges = (help: readonly Line[], stats: Stats, width: number): Line[] => {
	const gauges = gaugeHelpLines(stats, width);
	const isWhole = !/^ \+\d+ \?$/.test(lastText(gaugeLine(stats, width - 2)));
	return isWhole ? [...help, [], ...gauges] : [...gauges, ...help];
};

const lastText = (line: Line): string => line.at(-1)?.text ?? '';

const gaugeHelpLines = (stats: Stats, width: number): Line[] => [
	[{text: ' What the header says now', tone: 'strong'}],
	...gaugesOf(stats).flatMap(({text, tone, meaning: means}) => {
		const isMeaningBelow = width < 60 || widthOf(text) > nameWidth;
		if (isMeaningBelow) return [[{text: `   ${text}`, tone}], ...wrapWords(means, width - 6).map(indented)];
		const rest = wrapWords(means, width - 5 - nameWidth);
		return rest.map((part, index): Line => {
			if (index > 0) return [{text: ' '.repeat(nameWidth + 4) + part}];
			const gap = Math.max(1, nameWidth - widthOf(text));
			return [{text: `   ${text}`, tone}, {text: ' '.repeat(gap)}, {text: part}];
		});
	}),
	[],
];

const indented = (text: string): Line => [{text: `     ${text}`}];

const nameWidth = 26;

const hookGauges = ({session, processes, dropped}: ModelView, now: number): Gauge[] => {
	if (processes.length === 0) return [noHookGauge(session, now)];
	const hooked = processes.filter(({state}) => state === 'running').length;
	const unhooked = unhookedProcesses(processes).length;
	const lost = dropped > 0 ? `${formatCount(dropped)} records lost` : '0 lost';
	return [
		{
			...{text: `${hooked} hooked`, tone: 'plain', rank: 0, isPinned: true},
			meaning: "threads whose hook tells the process's view",
		},
		{
			...{text: `${unhooked} unhooked`, tone: unhooked > 0 ? 'waiting' : 'faint', rank: 0, isPinned: true},
			meaning: 'processes of which only the kernel tells; the processes tab says why',
		},
		{
			...{text: lost, shortText: `${formatCount(dropped)} lost`, tone: dropped > 0 ? 'failed' : 'faint'},
			...{rank: 0, isPinned: true},
			meaning: 'what hooks had to say and netwatch was too slow to take: rows may be missing or late',
		},
	];
};

/** A hook that has not said hello by then is not about to. */
const helloTimeoutMs = 3000;

/** A command of which nothing has answered: it has just begun, or it is no Node program. */
const noHookGauge = ({startedAt, ended}: ModelView['session'], now: number): Gauge => ({
	text: ended === null && now - startedAt < helloTimeoutMs ? 'no hook yet' : 'no hook',
	...{tone: 'waiting', rank: 0, isPinned: true},
	meaning:
		"no process has answered: the process's view is missing. The command is no Node program, it has just begun, or NODE_OPTIONS was cleared on the way",
});

/** From here on a busy loop is worth a colour. */
const busyLoopMs = 100;

/** Below this a loop is idle, and how idle changes each second: the line keeps still. */
const idleLoopMs = 20;

const delayText = (ms: number): string => {
	if (ms < idleLoopMs) return `<${idleLoopMs} ms`;
	return ms < 100 ? `${Math.round(ms)} ms` : formatMs(ms);
};

/** A loop that runs tells of itself each second, by its hook: one that does not is blocked, or its process stopped. */
const silentAfterMs = 3000;

const loopGauge = ({processes}: ModelView, now: number): Gauge => {
	const silentMs = processes.flatMap(({state, loopSeenAt}) =>
		state === 'running' && loopSeenAt !== null ? [now - loopSeenAt] : [],
	);
	const longest = Math.max(0, ...silentMs);
	if (longest >= silentAfterMs) {
		return {
			...{text: `loop silent ${formatAge(longest)}`, tone: 'alert', rank: 1},
			meaning: 'an event loop tells nothing: it is blocked, or its process is stopped',
		};
	}

	const delays = processes.flatMap(({state, load}) =>
		state === 'running' && load?.loopDelayP99 != null ? [load.loopDelayP99] : [],
	);
	const means = 'how late the slowest event loop runs its timers, at the 99th percentile of the last second';
	if (delays.length === 0) return {text: 'loop –', tone: 'faint', rank: 2, meaning: means};
	const worst = Math.max(...delays);
	const delay = delayText(worst);
	return {
		...{text: `loop p99 ${delay}`, shortText: `loop ${delay}`},
		...{tone: worst >= busyLoopMs ? 'waiting' : 'plain', rank: 2, meaning: means},
	};
};

/** A view this old is late: it is asked for once a second. */
const staleKernelMs = 3000;

const kernelGauge = ({kernel, session}: ModelView, now: number): Gauge => {
	const views = [...kernel.values()];
	if (views.length === 0) {
		const isMissing = session.ended === null && now - session.startedAt >= staleKernelMs;
		return {
			...{text: 'kernel –', tone: isMissing ? 'waiting' : 'faint', rank: 0, isPinned: true},
			meaning: "no look at the kernel's table: what it needs is missing, or --no-kernel was given",
		};
	}
	const sockets = views.reduce((sum, view) => sum + view.sockets, 0);
	const age = now - Math.min(...views.map(({at}) => at));
	// A number that is always new says so in one unchanging word: the line keeps still.
	const isStale = age >= staleKernelMs;
	const ageText = isStale ? `${formatDuration(age)}` : `<${staleKernelMs / 1000}s`;
	const table = `${formatCount(sockets)} socket${sockets === 1 ? '' : 's'}`;
	return {
		...{text: `kernel ${table}, ${ageText} old`, shortText: `kernel ${ageText} old`},
		...{tone: isStale ? 'waiting' : 'plain', rank: 0, isPinned: true},
		meaning: "sockets in the kernel's table, and how old the newest look at it is",
	};
};

/** Said once in the footer; here it is said that they were. */
const noticeGauges = ({notices: all}: ModelView): Gauge[] => {
	const warningCount = all.filter(({level}) => level !== 'info').length;
	if (warningCount === 0) return [];
	return [
		{
			...{
				text: `${warningCount} notice${warningCount === 1 ? '' : 's'}`,
				tone: 'waiting',
				rank: 0,
				isPinned: true,
			},
			meaning: 'what netwatch lacks or could not do, under "What netwatch noticed"',
		},
	];
};

const halfFull = 0.5;

/** The fullest of all listeners. */
const acceptQueueGauge = ({fullestQueue: fullest}: VisibleRows): Gauge[] => {
	if (fullest === null) return [];
	const {port, used, limit} = fullest;
	const tone: Tone = used > limit ? 'failed' : used >= limit * halfFull ? 'waiting' : 'plain';
	return [
		{
			...{text: `queue ${formatCount(used)}/${formatCount(limit)}${port === null ? '' : ` :${port}`}`},
			...{tone: used === 0 ? 'faint' : tone, rank: tone === 'plain' ? leastRank : 2},
			meaning: 'connections that wait to be accepted, and how many may, of the fullest listener',
		},
	];
};

const rateSegments = ({inBps, outBps}: VisibleRows): Segment[] => [
	{text: `in ${formatRate(inBps)}`, tone: inBps ? 'plain' : 'faint', rank: 7},
	{text: `out ${formatRate(outBps)}`, tone: outBps ? 'plain' : 'faint', rank: 7},
];
