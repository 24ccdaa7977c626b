/** Makes the gauges of the header: coverage by hooks and kernel, loop delay, alarms, accept queues. Pure. */
import {formatAge, formatCount, formatDuration, formatMs} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {unhookedProcesses} from '../tabs/processes/blind-spots.ts';
import type {Tone} from '../theme/theme.ts';
import {alarmSegments} from './alarms.ts';
import {type Gauge, gravityOf, leastRank, type Stats} from './gauge.ts';

/** In display order. */
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
		text,
		tone,
		rank,
		meaning: 'of what is found or of a limit, while it matters and a moment longer',
	})),
	...acceptQueueGauge(visible),
];

/** The text of the first gauge, which counts the hooks, and of every gauge with a problem. */
export const problemTexts = (stats: Stats): string[] =>
	gaugesOf(stats).flatMap((gauge, index) => (index === 0 || gravityOf(gauge) > 0 ? [gauge.text] : []));

const hookGauges = ({session, processes, dropped}: ModelView, now: number): Gauge[] => {
	if (processes.length === 0) return [noHookGauge(session, now)];
	const hooked = processes.filter(({state}) => state === 'running').length;
	const unhooked = unhookedProcesses(processes).length;
	// What a killed process dropped since its last report is not known.
	const count = `${processes.some(({isEndUnreported}) => isEndUnreported) ? '≥' : ''}${formatCount(dropped)}`;
	const lost = dropped > 0 ? `${count} records lost` : `${count} lost`;
	return [
		{
			text: `${hooked} hooked`,
			tone: 'plain',
			rank: 0,
			isPinned: true,
			meaning: "threads with a hook, which reports the process's view",
		},
		{
			text: `${unhooked} unhooked`,
			tone: unhooked > 0 ? 'waiting' : 'faint',
			rank: 0,
			isPinned: true,
			meaning: "processes with the kernel's view alone; the processes tab says why",
		},
		{
			text: lost,
			shortText: `${count} lost`,
			tone: dropped > 0 ? 'failed' : 'faint',
			rank: 0,
			isPinned: true,
			meaning: 'what hooks had to say and netwatch was too slow to take: rows may be missing or late',
		},
	];
};

/** A hook that has not sent its hello record by then is not expected to. */
const helloTimeoutMs = 3000;

/** The gauge before any hook reports: the command has just started, or is no Node program. */
const noHookGauge = ({startedAt, ended}: ModelView['session'], now: number): Gauge => ({
	text: ended === null && now - startedAt < helloTimeoutMs ? 'no hook yet' : 'no hook',
	tone: 'waiting',
	rank: 0,
	isPinned: true,
	meaning:
		"no process has answered: the process's view is missing. The command is no Node program, it has just begun, or NODE_OPTIONS was cleared on the way",
});

/** A loop delay from this on is highlighted. */
const busyLoopMs = 100;

/** Shorter delays share one text: an exact one would redraw the line each second. */
const idleLoopMs = 20;

const delayText = (ms: number): string => {
	if (ms < idleLoopMs) return `<${idleLoopMs} ms`;
	return ms < 100 ? `${Math.round(ms)} ms` : formatMs(ms);
};

/** A hook reports its loop each second: after this silence the loop is blocked, or its process stopped. */
const silentAfterMs = 3000;

const loopGauge = ({processes}: ModelView, now: number): Gauge => {
	const silentMs = processes.flatMap(({state, loopSeenAt}) =>
		state === 'running' && loopSeenAt !== null ? [now - loopSeenAt] : [],
	);
	const longest = Math.max(0, ...silentMs);
	if (longest >= silentAfterMs) {
		return {
			text: `loop silent ${formatAge(longest)}`,
			tone: 'alert',
			rank: 1,
			meaning: 'an event loop reports nothing: it is blocked, or its process is stopped',
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
		text: `loop p99 ${delay}`,
		shortText: `loop ${delay}`,
		tone: worst >= busyLoopMs ? 'waiting' : 'plain',
		rank: 2,
		meaning: means,
	};
};

/** The kernel is polled once a second: a snapshot of this age is late. */
const staleKernelMs = 3000;

const kernelGauge = ({kernel, session}: ModelView, now: number): Gauge => {
	const views = [...kernel.values()];
	if (views.length === 0) {
		const isMissing = session.ended === null && now - session.startedAt >= staleKernelMs;
		return {
			text: 'kernel –',
			tone: isMissing ? 'waiting' : 'faint',
			rank: 0,
			isPinned: true,
			meaning: "no look at the kernel's table: what it needs is missing, or --no-kernel was given",
		};
	}
	const sockets = views.reduce((sum, view) => sum + view.sockets, 0);
	const age = now - Math.min(...views.map(({at}) => at));
	// A fresh snapshot has one fixed text: an exact age would redraw the line with each poll.
	const isStale = age >= staleKernelMs;
	const ageText = isStale ? `${formatDuration(age)}` : `<${staleKernelMs / 1000}s`;
	const table = `${formatCount(sockets)} socket${sockets === 1 ? '' : 's'}`;
	return {
		text: `kernel ${table}, ${ageText} old`,
		shortText: `kernel ${ageText} old`,
		tone: isStale ? 'waiting' : 'plain',
		rank: 0,
		isPinned: true,
		meaning: "sockets in the kernel's table, and how old the newest look at it is",
	};
};

/** The footer shows a notice only for a while; the count stays. */
const noticeGauges = ({notices}: ModelView): Gauge[] => {
	const warningCount = notices.filter(({level}) => level !== 'info').length;
	if (warningCount === 0) return [];
	return [
		{
			text: `${warningCount} notice${warningCount === 1 ? '' : 's'}`,
			tone: 'waiting',
			rank: 0,
			isPinned: true,
			meaning: 'what netwatch lacks or could not do, under "What netwatch noticed"',
		},
	];
};

const halfFull = 0.5;

/** The accept queue of the fullest listener. */
const acceptQueueGauge = ({fullestQueue}: VisibleRows): Gauge[] => {
	if (fullestQueue === null) return [];
	const {port, used, limit} = fullestQueue;
	const tone: Tone = used > limit ? 'failed' : used >= limit * halfFull ? 'waiting' : 'plain';
	return [
		{
			text: `queue ${formatCount(used)}/${formatCount(limit)}${port === null ? '' : ` :${port}`}`,
			tone: used === 0 ? 'faint' : tone,
			rank: tone === 'plain' ? leastRank : 2,
			meaning: 'connections that wait to be accepted, and how many may, of the fullest listener',
		},
	];
};
