/** An event loop that stands still: nothing is accepted, read or written meanwhile. */

import type {
	Evidence,
	Finding,
	Memory,
	ProcessRule,
	ProcessSituation,
	World,
} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {LoadView, ProcessRow} from '../../../../domain/row.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {lengthOf, loopFacts, recentSpan, silenceOf, worthSayingMs} from '../../evidence/event-loop.ts';
import {type Demand, demandsOf, queuesOf, threadKey} from '../../evidence/row-groups.ts';
import {atLeast, countOf, fact} from '../../evidence/wording.ts';
import {waitingFacts} from './queue.ts';

/** Somebody who waits for so long notices it. */
const longMs = 1000;
/** What is noted at a tick was seen a moment before. */
const notedLateMs = 500;

/** Looks are 250 ms apart: where netwatch itself comes so late, the machine has too much to do for anybody. */
const ownLateMs = 600;

/** When the loop stood still, as far as it is known. */
type Standstill = {ms: number; from: number; to: number; isOver: boolean};

export const blocked: ProcessRule = {
	name: 'loop-blocked',
	of: 'process',
	phase: 'accept',
	severity: 'warn',
	title: 'the event loop stood still while others waited for it',
	// Where netwatch itself comes late, the next tick knows better.
	raiseAfterMs: 200,
	clearAfterMs: 1000,
	find(situation) {
		const {process, world, memory} = situation;
		if (process.rows === 0 || process.wrapper) return null;
		const still = standstillOf(situation, longMs);
		noteWaiting(situation, still);
		if (still === null) return null;
		const waits = notedIn(memory, still);
		const demand = world.once(demandsOf).get(threadKey(process)) ?? nothing;
		// A listener whose queue is full says it all.
		if (waits === 0 || demand.listeners.some(({diagnoses}) => diagnoses.includes('accept-queue-full')))
			return null;
		return describe(situation, still, demand, waits);
	},
};

export const late: ProcessRule = {
	name: 'loop-late',
	of: 'process',
	phase: 'accept',
	severity: 'info',
	title: 'the event loop stood still for a moment',
	raiseAfterMs: 200,
	clearAfterMs: 1000,
	find(situation) {
		const {process, world} = situation;
		if (process.rows === 0 || process.wrapper) return null;
		const still = standstillOf(situation, worthSayingMs);
		if (still === null) return null;
		return describe(situation, still, world.once(demandsOf).get(threadKey(process)) ?? nothing, 0);
	},
};

const nothing: Demand = {listeners: [], unread: 0};

function standstillOf({process, now}: ProcessSituation, fromMs: number): Standstill | null {
	const silence = silenceOf(process, now);
	if (silence >= fromMs) return {ms: silence, from: now - silence, to: now, isOver: false};
	const span = recentSpan(process, now);
	return span === null || lengthOf(span) < fromMs ? null : {ms: lengthOf(span), ...span, isOver: true};
}

/**
 * On a machine that has more to do than it can, every loop is late, and none of it is this one's doing: what the kernel
 * counts of a main thread that is ready and has no core tells it from one that does not come back.
 */
const isStarved = (load: LoadView | null): boolean => (load?.cpuWait ?? 0) >= starvedShare;
const starvedShare = 0.3;

/** What is known of the whole process, of the last second or so. */
function loadOf({proc, thread, load}: ProcessRow, world: World): LoadView | null {
	if (thread === 0) return load;
	return world.processes.find(each => each.proc === proc && each.thread === 0)?.load ?? null;
}

/** Who waits is gone when the loop runs again and tells for how long it did not. */
function noteWaiting({process, world, memory, now}: ProcessSituation, still: Standstill | null): void {
	if (silenceOf(process, now) === 0 && still === null) {
		memory.forget('look');
		return;
	}

	const lastLookAt = memory.first('look', 0).at;
	memory.forget('look');
	memory.first('look', 0);
	if (now - lastLookAt > ownLateMs) return;
	const demand = world.once(demandsOf).get(threadKey(process)) ?? nothing;
	const queued = demand.listeners.reduce((sum, {kernel}) => sum + (kernel?.recvQ ?? 0), 0);
	const waits = queued + demand.unread;
	if (waits === 0 || still?.isOver || isStarved(loadOf(process, world))) return;
	memory.forget('waits');
	memory.first('waits', waits);
}

/** @returns how many waited, as it was noted while the loop stood still */
function notedIn(memory: Memory, {from, to}: Standstill): number {
	const noted = memory.first('waits', 0);
	if (noted.value === 0) memory.forget('waits');
	return noted.at >= from && noted.at <= to + notedLateMs ? noted.value : 0;
}

function describe(
	{process, world, now}: ProcessSituation,
	still: Standstill,
	{listeners, unread}: Demand,
	waits: number,
): Finding {
	const queues = world.once(queuesOf);
	const [listener = null] = listeners.toSorted(
		(one, other) => (other.kernel?.recvQ ?? 0) - (one.kernel?.recvQ ?? 0),
	);
	const program = sanitize(process.program) || `pid ${process.pid}`;
	const where = listener === null ? `read in ${program}` : `accept at ${formatAddress(listener.local)}`;
	const span = still.isOver
		? `did not run for ${formatMs(still.ms)}`
		: `has not run for ${atLeast(still.ms)}`;
	const who = waits === 0 ? '' : ` while ${countOf(waits, 'connection')} waited for it`;
	const waiting = listeners
		.slice(0, 3)
		.flatMap(({local, kernel, id}): Evidence[] =>
			kernel === null || (kernel.recvQ ?? 0) === 0
				? []
				: [
						fact('kernel', `${kernel.recvQ} in the accept queue of ${formatAddress(local)}`, kernel.seenAt),
						...waitingFacts(queues.get(id), now),
					],
		);
	return {
		operation: listener === null ? 'read' : 'accept',
		local: listener?.local ?? null,
		peer: null,
		message: `${where} had to wait: the event loop of ${program} ${span}${who}`,
		evidence: [
			...loopFacts(process, now),
			...cpuFacts(process, world),
			...waiting,
			...(unread > 0
				? [fact('kernel', `${countOf(unread, 'connection')} with bytes that wait to be read`, now)]
				: []),
		],
		next: {argv: ['top', '-H', '-b', '-n', '1', '-p', String(process.pid)]},
	};
}

function cpuFacts(process: ProcessRow, world: World): Evidence[] {
	const load = loadOf(process, world);
	if (load === null || load.cpu === null) return [];
	const share = load.cpuWait === null ? null : Math.round(load.cpuWait * 100);
	const waited =
		share === null || share === 0 ? '' : `, and its main thread waited for one ${share} % of the time`;
	return [fact('load', `the process uses ${load.cpu.toFixed(2)} of a core${waited}`, load.at)];
}
