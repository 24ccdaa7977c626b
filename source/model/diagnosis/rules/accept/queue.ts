/** The accept queue: connections that the kernel has completed and the program has not accepted. */

import type {Evidence, Finding, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatCount, formatMs, formatPerSecond} from '../../../../domain/format.ts';
import type {KernelView, Row} from '../../../../domain/row.ts';
import type {KernelSummary} from '../../../../domain/view/namespace.ts';
import {loopEvidence, loopStallMs, reportableStallMs} from '../../evidence/event-loop.ts';
import {type QueuedConnections, queuedByListener} from '../../evidence/row-groups.ts';
import {atLeastText, countText, endpointFields, evidenceItem, nextCommand} from '../../evidence/wording.ts';

type QueueFill = {waiting: number; limit: number; kernel: KernelView};

/** @returns null where the kernel has not shown the queue; a cluster worker has none of its own */
function queueFillOf({row, kernelSummary}: RowContext): QueueFill | null {
	const {kernel, listener} = row;
	if (listener !== null || kernel?.state !== 'LISTEN' || kernel.recvQ === null) return null;
	const limit = kernel.sendQ ?? cappedBacklog(row, kernelSummary);
	return limit === null ? null : {waiting: kernel.recvQ, limit, kernel};
}

/** /proc/net/tcp has no queue limit: it is the backlog passed to listen(), capped by somaxconn. */
function cappedBacklog({acceptQueue}: Row, summary: KernelSummary | null): number | null {
	const backlog = acceptQueue?.backlog ?? null;
	const somaxconn = summary?.counters.somaxconn ?? null;
	return backlog === null || somaxconn === null ? null : Math.min(backlog, somaxconn);
}

/** The kernel queues one more than the limit, and then drops every SYN. */
const isOverLimit = ({waiting, limit}: QueueFill): boolean => waiting > limit;

/** How long a drop is reported: the client retries after a second, and then at growing intervals. */
const dropReportedForMs = 5000;

/**
 * Detects connections that were refused for want of room. The listener's own count also has segments that cost no
 * connection (a repeated SYN, a RST in the handshake, an ACK deferred by TCP_DEFER_ACCEPT), and ListenDrops has those
 * of all listeners: both have to grow.
 */
function hasRecentDrops(context: RowContext): boolean {
	const own = hasRecentGrowth(context, 'drops', context.row.kernel?.drops ?? null);
	const all = hasRecentGrowth(context, 'listenDrops', context.kernelSummary?.counters.listenDrops ?? null);
	return own && all;
}

function hasRecentGrowth({memory, now}: RowContext, name: string, count: number | null): boolean {
	if (count === null) return false;
	const grew = `${name} grew`;
	const before = memory.getOrSet(name, count);
	if (count !== before.value) {
		memory.forget(name);
		memory.getOrSet(name, count);
		memory.forget(grew);
		if (count > before.value) memory.getOrSet(grew, count);
	}

	const growth = memory.getOrSet(grew, 0);
	if (growth.value > 0 && now - growth.at <= dropReportedForMs) return true;
	memory.forget(grew);
	return false;
}

export const acceptQueueFull: RowRule = {
	name: 'accept-queue-full',
	scope: 'row',
	phase: 'accept',
	severity: 'error',
	title: 'the accept queue is full, and new connections are dropped',
	stages: ['listening'],
	roles: ['listener'],
	isEvent: false,
	// By then the state of the event loop is known.
	raiseAfterMs: 1500,
	clearAfterMs: 3000,
	find(context) {
		const fill = queueFillOf(context);
		if (fill === null) return null;
		const isDropping = hasRecentDrops(context);
		if (!isOverLimit(fill) && !isDropping) return null;
		const {waiting, limit} = fill;
		return queueFinding(context, fill, [
			isOverLimit(fill)
				? `its queue is full, ${countText(waiting, 'connection')} wait and the limit is ${limit}`
				: `its queue has a limit of ${limit}`,
			...(isDropping ? ['the kernel dropped what came then'] : []),
		]);
	},
};

export const acceptQueueGrowing: RowRule = {
	name: 'accept-queue-growing',
	scope: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'connections come faster than they are accepted',
	stages: ['listening'],
	roles: ['listener'],
	isEvent: false,
	// A burst is accepted in one turn of the event loop; by then its state is known, too.
	raiseAfterMs: 2500,
	clearAfterMs: 3000,
	find(context) {
		const fill = queueFillOf(context);
		if (fill === null || fill.waiting === 0 || isOverLimit(fill) || fill.waiting * 2 < fill.limit)
			return null;
		// A blocked loop has a finding of its own.
		if (loopStallMs(context.process, context.now) > 0) return null;
		const {waiting, limit} = fill;
		return queueFinding(context, fill, [`${countText(waiting, 'connection')} wait in a queue for ${limit}`]);
	},
};

function queueFinding(context: RowContext, fill: QueueFill, reasons: readonly string[]): Finding {
	const {row, process, facts, now} = context;
	const silence = loopStallMs(process, now);
	const queue = facts.cached(queuedByListener).get(row.id);
	const parts = [
		...reasons,
		...(silence >= reportableStallMs ? [`the event loop has not run for ${atLeastText(silence)}`] : []),
	];
	return {
		operation: 'accept',
		...endpointFields(row),
		message: `accept at ${formatAddress(row.local)} does not keep up: ${parts.join(', ')}`,
		evidence: [...fillEvidence(context, fill), ...waitingEvidence(queue, now), ...loopEvidence(process, now)],
		next: nextCommand(context, 'listeners'),
	};
}

function fillEvidence({row, kernelSummary}: RowContext, {waiting, limit, kernel}: QueueFill): Evidence[] {
	const {seenAt} = kernel;
	const {acceptQueue} = row;
	const rates = kernelSummary?.rates ?? null;
	const backlog = acceptQueue?.backlog ?? null;
	const evidence = [
		evidenceItem(
			'kernel',
			kernel.sendQ === null
				? `LISTEN with Recv-Q ${waiting}`
				: `LISTEN with Recv-Q ${waiting} of Send-Q ${limit}`,
			seenAt,
		),
	];
	if (backlog !== null && backlog > limit) {
		evidence.push(evidenceItem('kernel', `somaxconn caps the backlog of ${backlog} at ${limit}`, seenAt));
	} else if (backlog === limit) {
		evidence.push(evidenceItem('process', `listen() asked for a backlog of ${backlog}`, row.openedAt));
	}

	if (kernel.drops !== null && kernel.drops > 0) {
		const perSecond = acceptQueue?.dropsPerSecond ?? null;
		const rate = perSecond === null ? '' : `, ${formatPerSecond(perSecond)} a second now`;
		evidence.push(evidenceItem('kernel', `dropped at this listener: ${kernel.drops}${rate}`, seenAt));
	}

	if (kernelSummary !== null && (rates?.listenOverflows ?? 0) > 0) {
		const overflows = formatPerSecond(rates?.listenOverflows ?? null);
		evidence.push(
			evidenceItem(
				'counters',
				`ListenOverflows grows by ${overflows} a second in this namespace`,
				kernelSummary.at,
			),
		);
	}

	if (acceptQueue?.accepted != null) {
		const rate = `${formatPerSecond(acceptQueue.acceptedPerSecond)} a second`;
		evidence.push(
			evidenceItem('process', `accepted so far: ${formatCount(acceptQueue.accepted)}, ${rate}`, seenAt),
		);
	}

	return evidence;
}

/** @returns the waiting connections, where the table has shown them */
export function waitingEvidence(queue: QueuedConnections | undefined, now: number): Evidence[] {
	if (queue === undefined) return [];
	const {count, oldest} = queue;
	const since = `the oldest, from ${formatAddress(oldest.peer)}, for ${formatMs(now - oldest.openedAt)} or more`;
	return [
		evidenceItem(
			'kernel',
			`${countText(count, 'connection')} without an owner at this port; ${since}`,
			oldest.openedAt,
		),
	];
}
