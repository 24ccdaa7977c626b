/** What the header's line of figures is made of: what netwatch sees and does not see, and how the processes are doing. Pure. */
import {formatAge, formatCount, formatDuration, formatMs, formatRate} from '../../model/format.ts';
import type {ModelView} from '../../model/view.ts';
import type {Picture} from '../table/picture.ts';
import {unhookedOf} from '../tabs/blind-spots.ts';
import {type Line, lineWidth, pack, type Segment} from '../text/segments.ts';
import {brokenAt, widthOf} from '../text/width.ts';
import type {Tone} from '../theme.ts';
import {type AlarmMemory, alarmSegments} from './alarms.ts';

export type Gauge = {
	text: string;
	/** The same for a line without room; absent where it is short already. */
	short?: string;
	tone: Tone;
	/** 0 is never left out for the sake of others; the greatest goes first. */
	rank: number;
	/** What it means, for the help page. */
	means: string;
};

export type Stats = {model: ModelView; picture: Picture; alarms: AlarmMemory; now: number};

/** In the order in which they are read. */
export const gaugesOf = ({model, picture, alarms, now}: Stats): Gauge[] => [
	...hookHealth(model),
	loopDelay(model, now),
	kernelView(model, now),
	...notices(model),
	...alarmSegments(model, alarms).map(({text, tone = 'plain', rank = 0}) => ({
		...{text, tone, rank},
		means: 'of what is found or of a limit, while it matters and a moment longer',
	})),
	...acceptQueue(picture),
];

/** Whether a hook answers, and what is amiss, as words. */
export const amissOf = (stats: Stats): string[] =>
	gaugesOf(stats).flatMap((gauge, index) => (index === 0 || gravityOf(gauge) > 0 ? [gauge.text] : []));

const separator = ' · ';

const gravities: Partial<Record<Tone, number>> = {alert: 2, failed: 2, waiting: 1};
const gravityOf = ({tone}: Gauge): number => gravities[tone] ?? 0;

/**
 * The gauges and the rates in a line. Where there is no room what is well goes first, then words become shorter, then the worst
 * come first and the rest is counted: nothing that is amiss is left out without a word.
 *
 * @param width cells
 */
export const gaugeLine = (stats: Stats, width: number): Line => {
	const gauges = gaugesOf(stats);
	const whole = pack(gauges, rates(stats.picture), {width, separator});
	if (areAllIn(whole, gauges)) return whole;
	const shorter = gauges.map(gauge => ({...gauge, text: gauge.short ?? gauge.text}));
	const brief = pack(shorter, [], {width, separator});
	return areAllIn(brief, shorter) ? brief : worstFirst(shorter, width);
};

/** Whether none is missing that is amiss or must not be left out. */
const areAllIn = (line: Line, gauges: readonly Gauge[]): boolean => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.every(gauge => (gravityOf(gauge) === 0 && gauge.rank > 0) || texts.has(gauge.text));
};

/** Whether a hook answers, then as many as fit of those that are amiss, the worst first, and how many more there are. */
const worstFirst = (gauges: readonly Gauge[], width: number): Line => {
	const [hooks, ...others] = gauges;
	const worst = others
		.filter(gauge => gravityOf(gauge) > 0)
		.toSorted((one, other) => gravityOf(other) - gravityOf(one));
	const amiss = hooks === undefined ? worst : [hooks, ...worst];
	for (let count = amiss.length; count > 1; count--) {
		const line = joined(amiss, count);
		if (lineWidth(line) <= width) return line;
	}
	return pack(joined(amiss, 1), [], {width, separator: ''});
};

const joined = (gauges: readonly Gauge[], count: number): Line => {
	const shown = gauges.slice(0, count).flatMap(({text, short, tone}, index): Segment[] => {
		const segment = {text: short ?? text, tone};
		return index === 0 ? [segment] : [{text: separator, tone: 'faint'}, segment];
	});
	const left = gauges.length - count;
	return left === 0 ? shown : [...shown, {text: ` +${left} ?`, tone: 'waiting'}];
};

/** The help page with what the header says: before all else where the header had no room for it. */
export const withGauges = (help: readonly Line[], stats: Stats, width: number): Line[] => {
	const gauges = gaugeLines(stats, width);
	const isWhole = !/^ \+\d+ \?$/.test(endOf(gaugeLine(stats, width - 2)));
	return isWhole ? [...help, [], ...gauges] : [...gauges, ...help];
};

const endOf = (line: Line): string => line.at(-1)?.text ?? '';

const gaugeLines = (stats: Stats, width: number): Line[] => [
	[{text: ' What the header says now', tone: 'strong'}],
	...gaugesOf(stats).flatMap(({text, tone, means}) => {
		const rest = brokenAt(means, Math.max(10, width - 5 - nameWidth));
		return rest.map((part, index): Line => {
			if (index > 0) return [{text: ' '.repeat(nameWidth + 4) + part}];
			const gap = Math.max(1, nameWidth - widthOf(text));
			return [{text: `   ${text}`, tone}, {text: ' '.repeat(gap)}, {text: part}];
		});
	}),
	[],
];

const nameWidth = 26;

const hookHealth = ({processes, dropped}: ModelView): Gauge[] => {
	const hooked = processes.filter(({state}) => state === 'running').length;
	const unhooked = unhookedOf(processes).length;
	const gauges: Gauge[] = [
		hooked > 0 || processes.length > 0
			? {
					...{text: `${hooked} hooked`, tone: 'plain', rank: 0},
					means: "threads whose hook tells the process's view",
				}
			: {
					...{text: 'no hook yet', tone: 'waiting', rank: 0},
					means: "no process has answered: the process's view is missing",
				},
	];
	if (unhooked > 0)
		gauges.push({
			...{text: `${unhooked} unhooked`, tone: 'waiting', rank: 0},
			means: 'processes of which only the kernel tells; the processes tab says why',
		});
	if (dropped > 0)
		gauges.push({
			...{text: `${formatCount(dropped)} records lost`, short: `${formatCount(dropped)} lost`},
			...{tone: 'failed', rank: 0},
			means: 'what hooks had to say and netwatch was too slow to take: rows may be missing or late',
		});
	return gauges;
};

/** From here on a busy loop is worth a colour. */
const busyLoopMs = 100;

/** Below this a loop is idle, and how idle changes each second: the line keeps still. */
const idleLoopMs = 20;

const toldDelay = (ms: number): string => {
	if (ms < idleLoopMs) return `<${idleLoopMs} ms`;
	return ms < 100 ? `${Math.round(ms)} ms` : formatMs(ms);
};

/** A loop that runs tells of itself each second, by its hook: one that does not is blocked, or its process stopped. */
const silentLoopMs = 3000;

const loopDelay = ({processes}: ModelView, now: number): Gauge => {
	const silences = processes.flatMap(({state, loopSeenAt}) =>
		state === 'running' && loopSeenAt !== null ? [now - loopSeenAt] : [],
	);
	const longest = Math.max(0, ...silences);
	if (longest >= silentLoopMs) {
		return {
			...{text: `loop silent ${formatAge(longest)}`, tone: 'alert', rank: 1},
			means: 'an event loop tells nothing: it is blocked, or its process is stopped',
		};
	}

	const delays = processes.flatMap(({state, load}) =>
		state === 'running' && load?.loopDelayP99 != null ? [load.loopDelayP99] : [],
	);
	const means = 'how late the slowest event loop runs its timers, at the 99th percentile of the last second';
	if (delays.length === 0) return {text: 'loop –', tone: 'faint', rank: 2, means};
	const worst = Math.max(...delays);
	const told = toldDelay(worst);
	return {
		...{text: `loop p99 ${told}`, short: `loop ${told}`},
		...{tone: worst >= busyLoopMs ? 'waiting' : 'plain', rank: 2, means},
	};
};

/** A view this old is late: it is asked for once a second. */
const lateMs = 3000;

const kernelView = ({kernel, session}: ModelView, now: number): Gauge => {
	const views = [...kernel.values()];
	if (views.length === 0) {
		const isMissing = session.ended === null && now - session.startedAt >= lateMs;
		return {
			...{text: 'kernel –', tone: isMissing ? 'waiting' : 'faint', rank: 3},
			means: "no look at the kernel's table: what it needs is missing, or --no-kernel was given",
		};
	}
	const sockets = views.reduce((sum, view) => sum + view.sockets, 0);
	const age = now - Math.min(...views.map(({at}) => at));
	// A number that is always new says so in one unchanging word: the line keeps still.
	const late = age >= lateMs;
	const seen = late ? `${formatDuration(age)} old` : `<${lateMs / 1000}s old`;
	return {
		...{text: `kernel ${formatCount(sockets)} sockets, ${seen}`, short: `kernel ${seen}`},
		...{tone: late ? 'waiting' : 'plain', rank: late ? 1 : 3},
		means: "sockets in the kernel's table, and how old the newest look at it is",
	};
};

/** Said once in the footer; here it is said that they were. */
const notices = ({notices: all}: ModelView): Gauge[] => {
	const grave = all.filter(({level}) => level !== 'info').length;
	if (grave === 0) return [];
	return [
		{
			...{text: `${grave} notice${grave === 1 ? '' : 's'}`, tone: 'waiting', rank: 1},
			means: 'what netwatch lacks or could not do, under "What netwatch noticed"',
		},
	];
};

const halfFull = 0.5;

/** The fullest of all listeners. */
const acceptQueue = ({fullest}: Picture): Gauge[] => {
	if (fullest === null) return [];
	const {port, used, limit} = fullest;
	const tone: Tone = used > limit ? 'failed' : used >= limit * halfFull ? 'waiting' : 'plain';
	return [
		{
			...{text: `queue ${formatCount(used)}/${formatCount(limit)}${port === null ? '' : ` :${port}`}`},
			...{tone: used === 0 ? 'faint' : tone, rank: tone === 'plain' ? 5 : 2},
			means: 'connections that wait to be accepted, and how many may, of the fullest listener',
		},
	];
};

const rates = ({inBps, outBps}: Picture): Segment[] => [
	{text: `in ${formatRate(inBps)}`, tone: inBps ? 'plain' : 'faint', rank: 4},
	{text: `out ${formatRate(outBps)}`, tone: outBps ? 'plain' : 'faint', rank: 4},
];
