/** What the header says of the kernel's and the processes' limits while it matters, and a little longer. Pure. */
import {formatCount, formatPerSecond} from '../../domain/format.ts';
import type {KernelCounters, ProcessRow} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {KernelRates} from '../../domain/view/namespace.ts';
import {sanitize} from '../../text/sanitize.ts';
import {shorten} from '../../text/width.ts';
import type {Segment} from '../lines/segments.ts';
import {countText, heldOf} from '../tabs/diagnoses/items.ts';
import {endOf} from '../tabs/routes/counters.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import type {Tone} from '../theme/theme.ts';

/** A figure that the header may show; `holds` while it matters. */
type Alarm = {id: string; text: string; tone: Tone; rank: number; holds: boolean};

/** When each of them mattered last, in ms since the epoch. */
export type AlarmMemory = ReadonlyMap<string, number>;

export const noAlarms: AlarmMemory = new Map();

/** A header that comes and goes with each look cannot be read: what has mattered stays for so long. */
const stayMs = 5000;
/** What is over gives way to all else where the line is too narrow. */
const overRank = 6;

/** From here on sockets in TIME-WAIT are worth a word. */
const manyTimeWait = 100;
const halfFull = 0.5;
const nearlyFull = 0.8;

/**
 * @param before what the last call returned
 * @param now ms since the epoch
 */
export const remember = (before: AlarmMemory, model: ModelView, now: number): AlarmMemory =>
	new Map(
		alarmsOf(model).flatMap(({id, holds}): [string, number][] => {
			const at = holds ? now : before.get(id);
			return at === undefined || now - at >= stayMs ? [] : [[id, at]];
		}),
	);

/** The figures that matter or did a moment ago, the gravest first; what is over for now is faint. */
export const alarmSegments = (model: ModelView, memory: AlarmMemory): Segment[] =>
	alarmsOf(model)
		.filter(({id}) => memory.has(id))
		.map(({text, tone, rank, holds}) => (holds ? {text, tone, rank} : {text, tone: 'faint', rank: overRank}));

const alarmsOf = (model: ModelView): Alarm[] => [
	...found(model),
	rate(model, {id: 'listen drops', key: 'listenDrops', tone: 'failed', rank: 1}),
	rate(model, {id: 'SYN drops', key: 'synDrops', tone: 'failed', rank: 1}),
	...descriptors(model.processes),
	...ephemeral(model),
	rate(model, {id: 'retrans', key: 'retransSegs', tone: 'waiting', rank: 2}),
	level(model, {id: 'TIME-WAIT', key: 'timeWait', limit: 'timeWaitLimit', from: manyTimeWait}),
	level(model, {id: 'orphans', key: 'orphans', limit: 'orphanLimit', from: Number.POSITIVE_INFINITY}),
];

/** Errors and warnings that hold; the diagnoses tab tells which. */
const found = ({diagnoses}: ModelView): Alarm[] => {
	const held = heldOf(diagnoses.list.values());
	return (['error', 'warn'] as const).map(severity => ({
		id: severity,
		text: `${severityMark(severity)} ${countText(severity, held[severity])}`,
		tone: severityTone(severity),
		rank: 1,
		holds: held[severity] > 0,
	}));
};

/** A counter of events, over all namespaces. */
const rate = (
	{kernel}: ModelView,
	{id, key, tone, rank}: {id: string; key: keyof KernelRates; tone: Tone; rank: number},
): Alarm => {
	const perSecond = [...kernel.values()].reduce((sum, {rates}) => sum + (rates?.[key] ?? 0), 0);
	return {id, text: `${id} ${formatPerSecond(perSecond)}/s`, tone, rank, holds: perSecond > 0};
};

/** A number of sockets, of the namespace that is nearest to its limit. */
const level = (
	{kernel}: ModelView,
	{id, key, limit, from}: {id: string; key: keyof KernelCounters; limit: keyof KernelCounters; from: number},
): Alarm => {
	let value = 0;
	let most: number | null = null;
	for (const {counters} of kernel.values()) {
		if ((counters[key] ?? 0) < value) continue;
		value = counters[key] ?? 0;
		most = counters[limit];
	}
	const high = most !== null && value > most * halfFull;
	const of = high ? ` of ${formatCount(most)}` : '';
	return {
		id,
		text: `${id} ${formatCount(value)}${of}`,
		tone: high ? 'waiting' : 'faint',
		rank: high ? 2 : 5,
		holds: high || value >= from,
	};
};

const ephemeral = ({kernel}: ModelView): Alarm[] => {
	const uses = [...kernel.values()].flatMap(({ephemeral: use}) => (use === null ? [] : [use]));
	const [worst] = uses.toSorted((one, other) => other.used / other.range - one.used / one.range);
	if (worst === undefined) return [];
	const {used, range} = worst;
	return [
		{
			id: 'ports',
			text: `ports ${formatCount(used)}/${formatCount(range)} to ${endOf(worst)}`,
			tone: used >= range * nearlyFull ? 'failed' : 'waiting',
			rank: 1,
			holds: used > range * halfFull,
		},
	];
};

/** The process that is nearest to its limit of descriptors. */
const descriptors = (processes: readonly ProcessRow[]): Alarm[] => {
	const known = processes.flatMap(({state, program, pid, load}) =>
		state === 'running' && load?.fds != null && load.fdLimit
			? [{program, pid, fds: load.fds, limit: load.fdLimit}]
			: [],
	);
	const [fullest] = known.toSorted((one, other) => other.fds / other.limit - one.fds / one.limit);
	if (fullest === undefined) return [];
	const {program, pid, fds, limit} = fullest;
	const who = processes.length > 1 ? ` ${shorten(sanitize(program), 16)} ${pid}` : '';
	return [
		{
			id: 'files',
			text: `files ${formatCount(fds)}/${formatCount(limit)}${who}`,
			tone: 'failed',
			rank: 1,
			holds: fds > limit * nearlyFull,
		},
	];
};
