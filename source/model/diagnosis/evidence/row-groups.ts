/**
 * Queries over many rows for the rules; each is computed on demand, at most once a pass (`RuleFacts.cached`).
 */
import {isListeningOn} from '../../../domain/address.ts';
import type {RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../../domain/row.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';

/** Connections in a listener's accept queue. */
export type QueuedConnections = {count: number; oldest: Row};

/** @returns by the listener's row id */
export function queuedByListener(facts: RuleFacts): ReadonlyMap<string, QueuedConnections> {
	const queues = new Map<string, QueuedConnections>();
	for (const row of facts.rows.values()) {
		if (row.stage !== 'queued' || row.listener === null) continue;
		const queue = queues.get(row.listener);
		if (queue === undefined) {
			queues.set(row.listener, {count: 1, oldest: row});
			continue;
		}

		queue.count++;
		if (row.openedAt < queue.oldest.openedAt) queue.oldest = row;
	}

	return queues;
}

/** Work that waits for a thread's event loop. */
export type PendingWork = {
	/** Its listeners, without shares of another process's. */
	listeners: Row[];
	/** Connections with unread bytes in the kernel. */
	unread: number;
};

/** @returns by `threadKey` */
export function pendingWorkByThread(facts: RuleFacts): ReadonlyMap<string, PendingWork> {
	const workByThread = new Map<string, PendingWork>();
	for (const row of facts.rows.values()) {
		if (row.closedAt !== null || row.thread === null) continue;
		const isListener = row.role === 'listener';
		const isUnread = row.kernel?.state === 'ESTAB' && (row.kernel.recvQ ?? 0) > 0;
		if (!isListener && !isUnread) continue;
		const key = threadKey(row);
		const work = workByThread.get(key) ?? {listeners: [], unread: 0};
		workByThread.set(key, work);
		if (!isListener) work.unread++;
		else if (row.listener === null) work.listeners.push(row);
	}

	return workByThread;
}

export const threadKey = ({proc, thread}: {proc: number | null; thread: number | null}): string =>
	`${proc}.${thread}`;

/** @returns accepted connections that are open, by the row id of the listener that accepted them */
export function connectionsByListener(facts: RuleFacts): ReadonlyMap<string, readonly Row[]> {
	const served = new Map<string, Row[]>();
	for (const row of facts.rows.values()) {
		if (row.role !== 'server' || row.closedAt !== null || row.listener === null || row.stage === 'queued')
			continue;
		getOrCreate(served, row.listener, () => []).push(row);
	}

	return served;
}

/** Ended client connections without a known accepting side. */
export function unpairedClients(facts: RuleFacts): readonly Row[] {
	const unpaired: Row[] = [];
	for (const row of facts.rows.values()) {
		if (row.role !== 'client' || row.closedAt === null || row.pair !== null) continue;
		if (row.steps.some(({step}) => step === 'connect')) unpaired.push(row);
	}

	return unpaired;
}

/** @returns those connected to this listener, in its network namespace */
export const unpairedClientsOf = (unpaired: readonly Row[], {local, netns}: Row): readonly Row[] =>
	unpaired.filter(row => row.netns === netns && isListeningOn(local, row.peer));

/** Processes in which a connection failed for lack of a descriptor. */
export function processesOutOfDescriptors(facts: RuleFacts): ReadonlySet<number> {
	const lacking = new Set<number>();
	for (const {proc, error} of facts.rows.values()) {
		if (proc !== null && (error?.code === 'EMFILE' || error?.code === 'ENFILE')) lacking.add(proc);
	}

	return lacking;
}
