/** What the rules ask of many rows at once; each is computed at most once a look, and only where a rule asks (`World.once`). */
import {isListeningOn} from '../../../domain/address.ts';
import type {World} from '../../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../../domain/row.ts';

/** Connections that wait in a listener's accept queue. */
export type Queue = {count: number; oldest: Row};

/** @returns by the listener's row id */
export function queuesOf(world: World): ReadonlyMap<string, Queue> {
	const queues = new Map<string, Queue>();
	for (const row of world.rows.values()) {
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

/** What waits for the event loop of a thread. */
export type Demand = {
	/** Its listeners, but for shares of another process's. */
	listeners: Row[];
	/** Connections with bytes in the kernel that nobody has read. */
	unread: number;
};

/** @returns by `threadKey` */
export function demandsOf(world: World): ReadonlyMap<string, Demand> {
	const demands = new Map<string, Demand>();
	for (const row of world.rows.values()) {
		if (row.closedAt !== null || row.thread === null) continue;
		const isListener = row.role === 'listener';
		const isUnread = row.kernel?.state === 'ESTAB' && (row.kernel.recvQ ?? 0) > 0;
		if (!isListener && !isUnread) continue;
		const key = threadKey(row);
		const demand = demands.get(key) ?? {listeners: [], unread: 0};
		demands.set(key, demand);
		if (!isListener) demand.unread++;
		else if (row.listener === null) demand.listeners.push(row);
	}

	return demands;
}

export const threadKey = ({proc, thread}: {proc: number | null; thread: number | null}): string =>
	`${proc}.${thread}`;

/** @returns accepted connections that are open, by the row id of the listener that accepted them */
export function servedOf(world: World): ReadonlyMap<string, readonly Row[]> {
	const served = new Map<string, Row[]>();
	for (const row of world.rows.values()) {
		if (row.role !== 'server' || row.closedAt !== null || row.listener === null || row.stage === 'queued')
			continue;
		const known = served.get(row.listener);
		if (known === undefined) served.set(row.listener, [row]);
		else known.push(row);
	}

	return served;
}

/** Clients whose connection was made and has ended, and of whom no accepting side is known. */
export function unmetOf(world: World): readonly Row[] {
	const unmet: Row[] = [];
	for (const row of world.rows.values()) {
		if (row.role !== 'client' || row.closedAt === null || row.pair !== null) continue;
		if (row.steps.some(({step}) => step === 'connect')) unmet.push(row);
	}

	return unmet;
}

/** @returns those that connected to this listener, in its network namespace */
export const unmetAt = (unmet: readonly Row[], {local, netns}: Row): readonly Row[] =>
	unmet.filter(row => row.netns === netns && isListeningOn(local, row.peer));

/** Processes in which a connection could not be made for want of a descriptor. */
export function lackingDescriptors(world: World): ReadonlySet<number> {
	const lacking = new Set<number>();
	for (const {proc, error} of world.rows.values()) {
		if (proc !== null && (error?.code === 'EMFILE' || error?.code === 'ENFILE')) lacking.add(proc);
	}

	return lacking;
}
