/** Header alarms: findings, kernel counters, process limits; kept for a moment after they end. Pure. */
import {formatCount, formatPerSecond} from '../../domain/format.ts';
import type {KernelCounters, ProcessRow} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {KernelRates} from '../../domain/view/namespace.ts';
import {sanitize} from '../../text/sanitize.ts';
import {truncate} from '../../text/width.ts';
import type {Segment} from '../lines/segments.ts';
import {countActive, severityCountText} from '../tabs/diagnoses/items.ts';
import {peerEndpoint} from '../tabs/routes/counters.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import type {Tone} from '../theme/theme.ts';

/** A figure that the header shows while it is active. */
type Alarm = {id: string; text: string; tone: Tone; rank: number; isActive: boolean};

/** When each alarm was last active, by its id, in ms since the epoch. */
export type AlarmTimes = ReadonlyMap<string, number>;

export const noAlarms: AlarmTimes = new Map();

/** Minimum display time of an alarm: a header that flickers with each poll is unreadable. */
const lingerMs = 5000;
/** On a narrow line a past alarm is dropped before every active one. */
const inactiveRank = 6;

/** Fewest sockets in TIME-WAIT that raise an alarm. */
const minTimeWait = 100;
const halfFull = 0.5;
const nearlyFull = 0.8;

/**
 * @param previous the result of the previous call
 * @param now ms since the epoch
 */
export const updateAlarmTimes = (previous: AlarmTimes, model: ModelView, now: number): AlarmTimes =>
	new Map(
		alarmsOf(model).flatMap(({id, isActive}): [string, number][] => {
			const at = isActive ? now : previous.get(id);
			return at === undefined || now - at >= lingerMs ? [] : [[id, at]];
		}),
	);

/** Current and recent alarms, gravest first; past ones are faint. */
export const alarmSegments = (model: ModelView, times: AlarmTimes): Segment[] =>
	alarmsOf(model)
		.filter(({id}) => times.has(id))
		.map(({text, tone, rank, isActive}) =>
			isActive ? {text, tone, rank} : {text, tone: 'faint', rank: inactiveRank},
		);

const alarmsOf = (model: ModelView): Alarm[] => [
	...findingAlarms(model),
	rateAlarm(model, {id: 'listen drops', key: 'listenDrops', tone: 'failed', rank: 1}),
	rateAlarm(model, {id: 'SYN drops', key: 'synDrops', tone: 'failed', rank: 1}),
	...descriptorAlarms(model.processes),
	...portAlarms(model),
	rateAlarm(model, {id: 'retrans', key: 'retransSegs', tone: 'waiting', rank: 2}),
	levelAlarm(model, {id: 'TIME-WAIT', key: 'timeWait', limit: 'timeWaitLimit', from: minTimeWait}),
	levelAlarm(model, {id: 'orphans', key: 'orphans', limit: 'orphanLimit', from: Number.POSITIVE_INFINITY}),
];

/** Active errors and warnings; the diagnoses tab lists them. */
const findingAlarms = ({diagnoses}: ModelView): Alarm[] => {
	const activeCounts = countActive(diagnoses.list.values());
	return (['error', 'warn'] as const).map(severity => ({
		id: severity,
		text: `${severityMark(severity)} ${severityCountText(severity, activeCounts[severity])}`,
		tone: severityTone(severity),
		rank: 1,
		isActive: activeCounts[severity] > 0,
	}));
};

/** The rate of an event counter, summed over all namespaces. */
const rateAlarm = (
	{kernel}: ModelView,
	{id, key, tone, rank}: {id: string; key: keyof KernelRates; tone: Tone; rank: number},
): Alarm => {
	const perSecond = [...kernel.values()].reduce((sum, {rates}) => sum + (rates?.[key] ?? 0), 0);
	return {id, text: `${id} ${formatPerSecond(perSecond)}/s`, tone, rank, isActive: perSecond > 0};
};

/** The highest socket count of any namespace, with the limit of that namespace. */
const levelAlarm = (
	{kernel}: ModelView,
	{
		id,
		key,
		limit,
		from: minValue,
	}: {id: string; key: keyof KernelCounters; limit: keyof KernelCounters; from: number},
): Alarm => {
	let value = 0;
	let limitValue: number | null = null;
	for (const {counters} of kernel.values()) {
		if ((counters[key] ?? 0) < value) continue;
		value = counters[key] ?? 0;
		limitValue = counters[limit];
	}
	const high = limitValue !== null && value > limitValue * halfFull;
	const limitText = high ? ` of ${formatCount(limitValue)}` : '';
	return {
		id,
		text: `${id} ${formatCount(value)}${limitText}`,
		tone: high ? 'waiting' : 'faint',
		rank: high ? 2 : 5,
		isActive: high || value >= minValue,
	};
};

const portAlarms = ({kernel}: ModelView): Alarm[] => {
	const uses = [...kernel.values()].flatMap(({ephemeral: use}) => (use === null ? [] : [use]));
	const [worst] = uses.toSorted((one, other) => other.used / other.range - one.used / one.range);
	if (worst === undefined) return [];
	const {used, range} = worst;
	return [
		{
			id: 'ports',
			text: `ports ${formatCount(used)}/${formatCount(range)} to ${peerEndpoint(worst)}`,
			tone: used >= range * nearlyFull ? 'failed' : 'waiting',
			rank: 1,
			isActive: used > range * halfFull,
		},
	];
};

/** The running process that uses the greatest share of its descriptor limit. */
const descriptorAlarms = (processes: readonly ProcessRow[]): Alarm[] => {
	const descriptorUses = processes.flatMap(({state, program, pid, load}) =>
		state === 'running' && load?.fds != null && load.fdLimit
			? [{program, pid, fds: load.fds, limit: load.fdLimit}]
			: [],
	);
	const [fullest] = descriptorUses.toSorted((one, other) => other.fds / other.limit - one.fds / one.limit);
	if (fullest === undefined) return [];
	const {program, pid, fds, limit} = fullest;
	const processName = processes.length > 1 ? ` ${truncate(sanitize(program), 16)} ${pid}` : '';
	return [
		{
			id: 'files',
			text: `files ${formatCount(fds)}/${formatCount(limit)}${processName}`,
			tone: 'failed',
			rank: 1,
			isActive: fds > limit * nearlyFull,
		},
	];
};
