/** The accept queue: connections that the kernel has completed and the program has not accepted. */

import type {Evidence, Finding, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatCount, formatMs, formatPerSecond} from '../../../../domain/format.ts';
import type {KernelView, Row} from '../../../../domain/row.ts';
import type {KernelSummary} from '../../../../domain/view/namespace.ts';
import {loopFacts, silenceOf, worthSayingMs} from '../../evidence/event-loop.ts';
import {type Queue, queuesOf} from '../../evidence/row-groups.ts';
import {addressesOf, atLeast, countOf, fact, look} from '../../evidence/wording.ts';

type Fill = {waiting: number; limit: number; kernel: KernelView};

/** @returns null where the kernel has not shown the queue; a cluster's worker has none of its own */
function fillOf({row, kernel: summary}: RowSituation): Fill | null {
	const {kernel, listener} = row;
	if (listener !== null || kernel?.state !== 'LISTEN' || kernel.recvQ === null) return null;
	const limit = kernel.sendQ ?? cappedBacklog(row, summary);
	return limit === null ? null : {waiting: kernel.recvQ, limit, kernel};
}

/** /proc/net/tcp has no limit of the queue: it is what listen() asked for, which somaxconn caps. */
function cappedBacklog({acceptQueue: accepting}: Row, summary: KernelSummary | null): number | null {
	const backlog = accepting?.backlog ?? null;
	const somaxconn = summary?.counters.somaxconn ?? null;
	return backlog === null || somaxconn === null ? null : Math.min(backlog, somaxconn);
}

/** The kernel takes one more than the limit: then every SYN is dropped. */
const isFull = ({waiting, limit}: Fill): boolean => waiting > limit;

/** For how long a drop is told: the one who was dropped asks again after a second, and then ever later. */
const dropToldForMs = 5000;

/** Whether the listener's count of drops has grown a moment ago. */
function drops({row, memory, now}: RowSituation): boolean {
	const count = row.kernel?.drops ?? null;
	if (count === null) return false;
	const before = memory.first('drops', count);
	if (count !== before.value) {
		memory.forget('drops');
		memory.first('drops', count);
		memory.forget('grew');
		if (count > before.value) memory.first('grew', count);
	}

	const grew = memory.first('grew', 0);
	if (grew.value > 0 && now - grew.at <= dropToldForMs) return true;
	memory.forget('grew');
	return false;
}

export const full: RowRule = {
	name: 'accept-queue-full',
	of: 'row',
	phase: 'accept',
	severity: 'error',
	title: 'the accept queue is full, and new connections are dropped',
	stages: ['listening'],
	roles: ['listener'],
	isPast: false,
	// Until then it is known whether the event loop runs.
	raiseAfterMs: 1500,
	clearAfterMs: 3000,
	find(situation) {
		const fill = fillOf(situation);
		if (fill === null) return null;
		const isDropping = drops(situation);
		if (!isFull(fill) && !isDropping) return null;
		const {waiting, limit} = fill;
		return describe(situation, fill, [
			isFull(fill)
				? `its queue is full, ${countOf(waiting, 'connection')} wait and the limit is ${limit}`
				: `its queue has a limit of ${limit}`,
			...(isDropping ? ['the kernel dropped what came then'] : []),
		]);
	},
};

export const growing: RowRule = {
	name: 'accept-queue-growing',
	of: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'connections come faster than they are accepted',
	stages: ['listening'],
	roles: ['listener'],
	isPast: false,
	// A burst is taken in one turn of the event loop; and until then it is known whether that runs.
	raiseAfterMs: 2500,
	clearAfterMs: 3000,
	find(situation) {
		const fill = fillOf(situation);
		if (fill === null || fill.waiting === 0 || isFull(fill) || fill.waiting * 2 < fill.limit) return null;
		// A loop that stands still is a finding of its own.
		if (silenceOf(situation.process, situation.now) > 0) return null;
		const {waiting, limit} = fill;
		return describe(situation, fill, [`${countOf(waiting, 'connection')} wait in a queue for ${limit}`]);
	},
};

function describe(situation: RowSituation, fill: Fill, says: readonly string[]): Finding {
	const {row, process, world, now} = situation;
	const silence = silenceOf(process, now);
	const queue = world.once(queuesOf).get(row.id);
	const parts = [
		...says,
		...(silence >= worthSayingMs ? [`the event loop has not run for ${atLeast(silence)}`] : []),
	];
	return {
		operation: 'accept',
		...addressesOf(row),
		message: `accept at ${formatAddress(row.local)} does not keep up: ${parts.join(', ')}`,
		evidence: [...queueFacts(situation, fill), ...waitingFacts(queue, now), ...loopFacts(process, now)],
		next: look(situation, 'listeners'),
	};
}

function queueFacts({row, kernel: summary}: RowSituation, {waiting, limit, kernel}: Fill): Evidence[] {
	const {seenAt} = kernel;
	const {acceptQueue: accepting} = row;
	const rates = summary?.rates ?? null;
	const backlog = accepting?.backlog ?? null;
	const facts = [
		fact(
			'kernel',
			kernel.sendQ === null
				? `LISTEN with Recv-Q ${waiting}`
				: `LISTEN with Recv-Q ${waiting} of Send-Q ${limit}`,
			seenAt,
		),
	];
	if (backlog !== null && backlog > limit) {
		facts.push(fact('kernel', `somaxconn caps the backlog of ${backlog} at ${limit}`, seenAt));
	} else if (backlog === limit) {
		facts.push(fact('process', `listen() asked for a backlog of ${backlog}`, row.openedAt));
	}

	if (kernel.drops !== null && kernel.drops > 0) {
		const perSecond = accepting?.dropsPerSecond ?? null;
		const rate = perSecond === null ? '' : `, ${formatPerSecond(perSecond)} a second now`;
		facts.push(fact('kernel', `dropped at this listener: ${kernel.drops}${rate}`, seenAt));
	}

	if (summary !== null && (rates?.listenOverflows ?? 0) > 0) {
		const overflows = formatPerSecond(rates?.listenOverflows ?? null);
		facts.push(
			fact('counters', `ListenOverflows grows by ${overflows} a second in this namespace`, summary.at),
		);
	}

	if (accepting?.accepted != null) {
		const rate = `${formatPerSecond(accepting.acceptedPerSecond)} a second`;
		facts.push(fact('process', `accepted so far: ${formatCount(accepting.accepted)}, ${rate}`, seenAt));
	}

	return facts;
}

/** @returns who waits, where the table has shown it */
export function waitingFacts(queue: Queue | undefined, now: number): Evidence[] {
	if (queue === undefined) return [];
	const {count, oldest} = queue;
	const since = `the oldest, from ${formatAddress(oldest.peer)}, for ${formatMs(now - oldest.openedAt)} or more`;
	return [
		fact(
			'kernel',
			`${countOf(count, 'connection')} without an owner at this port; ${since}`,
			oldest.openedAt,
		),
	];
}
