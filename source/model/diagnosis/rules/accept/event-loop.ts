/** A blocked event loop: nothing is accepted, read or written meanwhile. */

import type {
	Evidence,
	Finding,
	ProcessContext,
	ProcessRule,
	RuleFacts,
	RuleMemory,
} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {LoadView, ProcessRow} from '../../../../domain/row.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {
	longestRecentSpan,
	loopEvidence,
	loopStallMs,
	reportableStallMs,
	spanMs,
} from '../../evidence/event-loop.ts';
import {
	type PendingWork,
	pendingWorkByThread,
	queuedByListener,
	threadKey,
} from '../../evidence/row-groups.ts';
import {atLeastText, countText, evidenceItem} from '../../evidence/wording.ts';
import {waitingEvidence} from './queue.ts';

/** A noticeable delay for a waiting client. */
const blockedFromMs = 1000;
/** A tick's note describes the moment before it. */
const noteDelayMs = 500;

/** Ticks are 250 ms apart: where netwatch itself is this late, the machine is overloaded. */
const ownDelayLimitMs = 600;

/** A blocked period, as far as known. */
type LoopStall = {ms: number; from: number; to: number; isOver: boolean};

export const loopBlocked: ProcessRule = {
	name: 'loop-blocked',
	scope: 'process',
	phase: 'accept',
	severity: 'warn',
	title: 'the event loop stood still while others waited for it',
	// Where netwatch itself is late, the next tick has better data.
	raiseAfterMs: 200,
	clearAfterMs: 1000,
	find(context) {
		const {process, facts, memory} = context;
		if (process.rows === 0 || process.wrapper) return null;
		const stall = loopStallOf(context, blockedFromMs);
		noteWaitingConnections(context, stall);
		if (stall === null) return null;
		const waitingCount = waitingDuring(memory, stall);
		const work = facts.cached(pendingWorkByThread).get(threadKey(process)) ?? noPendingWork;
		// A full accept queue has a finding of its own.
		if (waitingCount === 0 || work.listeners.some(({diagnoses}) => diagnoses.includes('accept-queue-full')))
			return null;
		return stallFinding(context, stall, work, waitingCount);
	},
};

export const loopLate: ProcessRule = {
	name: 'loop-late',
	scope: 'process',
	phase: 'accept',
	severity: 'info',
	title: 'the event loop stood still for a moment',
	raiseAfterMs: 200,
	clearAfterMs: 1000,
	find(context) {
		const {process, facts} = context;
		if (process.rows === 0 || process.wrapper) return null;
		const stall = loopStallOf(context, reportableStallMs);
		if (stall === null) return null;
		return stallFinding(
			context,
			stall,
			facts.cached(pendingWorkByThread).get(threadKey(process)) ?? noPendingWork,
			0,
		);
	},
};

const noPendingWork: PendingWork = {listeners: [], unread: 0};

function loopStallOf({process, now}: ProcessContext, fromMs: number): LoopStall | null {
	const silence = loopStallMs(process, now);
	if (silence >= fromMs) return {ms: silence, from: now - silence, to: now, isOver: false};
	const span = longestRecentSpan(process, now);
	return span === null || spanMs(span) < fromMs ? null : {ms: spanMs(span), ...span, isOver: true};
}

/**
 * On an overloaded machine every loop is late through no fault of its own: the kernel's count of time that a
 * main thread was runnable without a core distinguishes it from a loop that is blocked.
 */
const isCpuStarved = (load: LoadView | null): boolean => (load?.cpuWait ?? 0) >= starvedShare;
const starvedShare = 0.3;

/** The load of the whole process over the last second or so. */
function processLoadOf({proc, thread, load}: ProcessRow, facts: RuleFacts): LoadView | null {
	if (thread === 0) return load;
	return facts.processes.find(each => each.proc === proc && each.thread === 0)?.load ?? null;
}

/** Waiting connections are gone when the loop runs again and its delay is reported. */
function noteWaitingConnections(
	{process, facts, memory, now}: ProcessContext,
	stall: LoopStall | null,
): void {
	if (loopStallMs(process, now) === 0 && stall === null) {
		memory.forget('last pass');
		return;
	}

	const lastPassAt = memory.getOrSet('last pass', 0).at;
	memory.forget('last pass');
	memory.getOrSet('last pass', 0);
	if (now - lastPassAt > ownDelayLimitMs) return;
	const work = facts.cached(pendingWorkByThread).get(threadKey(process)) ?? noPendingWork;
	const queued = work.listeners.reduce((sum, {kernel}) => sum + (kernel?.recvQ ?? 0), 0);
	const waitingCount = queued + work.unread;
	if (waitingCount === 0 || stall?.isOver || isCpuStarved(processLoadOf(process, facts))) return;
	memory.forget('waits');
	memory.getOrSet('waits', waitingCount);
}

/** @returns the waiting connections noted while the loop was blocked */
function waitingDuring(memory: RuleMemory, {from, to}: LoopStall): number {
	const noted = memory.getOrSet('waits', 0);
	if (noted.value === 0) memory.forget('waits');
	return noted.at >= from && noted.at <= to + noteDelayMs ? noted.value : 0;
}

function stallFinding(
	{process, facts, now}: ProcessContext,
	stall: LoopStall,
	{listeners, unread}: PendingWork,
	waitingCount: number,
): Finding {
	const queues = facts.cached(queuedByListener);
	const [listener = null] = listeners.toSorted(
		(one, other) => (other.kernel?.recvQ ?? 0) - (one.kernel?.recvQ ?? 0),
	);
	const program = sanitize(process.program) || `pid ${process.pid}`;
	const where = listener === null ? `read in ${program}` : `accept at ${formatAddress(listener.local)}`;
	const span = stall.isOver
		? `did not run for ${formatMs(stall.ms)}`
		: `has not run for ${atLeastText(stall.ms)}`;
	const whileWaitingText =
		waitingCount === 0 ? '' : ` while ${countText(waitingCount, 'connection')} waited for it`;
	const waiting = listeners
		.slice(0, 3)
		.flatMap(({local, kernel, id}): Evidence[] =>
			kernel === null || (kernel.recvQ ?? 0) === 0
				? []
				: [
						evidenceItem(
							'kernel',
							`${kernel.recvQ} in the accept queue of ${formatAddress(local)}`,
							kernel.seenAt,
						),
						...waitingEvidence(queues.get(id), now),
					],
		);
	return {
		operation: listener === null ? 'read' : 'accept',
		local: listener?.local ?? null,
		peer: null,
		message: `${where} had to wait: the event loop of ${program} ${span}${whileWaitingText}`,
		evidence: [
			...loopEvidence(process, now),
			...cpuEvidence(process, facts),
			...waiting,
			...(unread > 0
				? [evidenceItem('kernel', `${countText(unread, 'connection')} with bytes that wait to be read`, now)]
				: []),
		],
		next: {argv: ['top', '-H', '-b', '-n', '1', '-p', String(process.pid)]},
	};
}

function cpuEvidence(process: ProcessRow, facts: RuleFacts): Evidence[] {
	const load = processLoadOf(process, facts);
	if (load === null || load.cpu === null) return [];
	const share = load.cpuWait === null ? null : Math.round(load.cpuWait * 100);
	const waited =
		share === null || share === 0 ? '' : `, and its main thread waited for one ${share} % of the time`;
	return [evidenceItem('load', `the process uses ${load.cpu.toFixed(2)} of a core${waited}`, load.at)];
}
