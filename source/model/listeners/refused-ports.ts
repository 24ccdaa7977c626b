/**
 * The listening sockets on ports that refused a connection: a socket of any process in the same network
 * namespace, on another address or of the other family, explains the refusal.
 */
import type {SocketRecord} from '../../domain/events.ts';
import type {SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';
import {addListening, type ListeningSocket, type PortListeners} from '../../domain/listening-socket.ts';
import type {Row} from '../../domain/row.ts';

export type RefusedPorts = {
	/** A hook's record was applied: after a refusal, the next snapshots show the port's listeners. */
	record(row: Row, record: SocketRecord): void;
	addPart(part: SnapshotPart): void;
	endSnapshot(end: SnapshotEnd): void;
	/** @returns null where no snapshot has shown the port since the refusal */
	listenersOn(netns: string | null, port: number): readonly ListeningSocket[] | null;
};

/** The state of one port. */
type RefusedPort = {
	firstRefusedAt: number;
	lastRefusedAt: number;
	sockets: readonly ListeningSocket[] | null;
};

/** Limit of ports over all namespaces; later ones are not looked up. */
const maxPorts = 256;
/** The retention of a refused connection's row, roughly. */
const portTtlMs = 15_000;

export function createRefusedPorts(): RefusedPorts {
	const namespaces = new Map<string, Map<number, RefusedPort>>();
	let size = 0;
	/** The snapshot in progress. */
	let pending: {netns: string; at: number; listening: Map<number, PortListeners>} | null = null;

	function expirePorts(now: number): void {
		for (const [netns, ports] of namespaces) {
			for (const [port, {lastRefusedAt}] of ports) {
				if (now - lastRefusedAt < portTtlMs) continue;
				ports.delete(port);
				size--;
			}

			if (ports.size === 0) namespaces.delete(netns);
		}
	}

	return {
		record({netns, peer, stageSince: now}, record) {
			if (record.type !== 'error' || record.error !== 'ECONNREFUSED') return;
			if (netns === null || peer === null || 'path' in peer) return;
			const {port} = peer;
			const existing = namespaces.get(netns)?.get(port);
			if (existing !== undefined) {
				existing.lastRefusedAt = now;
				return;
			}

			if (size >= maxPorts) expirePorts(now);
			if (size >= maxPorts) return;
			const ports = namespaces.get(netns) ?? new Map<number, RefusedPort>();
			namespaces.set(netns, ports.set(port, {firstRefusedAt: now, lastRefusedAt: now, sockets: null}));
			size++;
		},
		addPart({netns, kind, at, sockets}) {
			if (kind !== 'listeners' || size === 0) return;
			const ports = namespaces.get(netns);
			if (ports === undefined) return;
			if (pending?.at !== at || pending.netns !== netns) pending = {netns, at, listening: new Map()};
			const wanted = new Set(ports.keys());
			for (const socket of sockets) {
				if (socket.state === 'LISTEN') addListening(pending.listening, socket, wanted);
			}
		},
		endSnapshot({netns, kind, at}) {
			if (kind !== 'listeners' || size === 0) return;
			const listening = pending?.at === at && pending.netns === netns ? pending.listening : new Map();
			pending = null;
			for (const [number, port] of namespaces.get(netns) ?? []) {
				// The refusal may be younger than this snapshot.
				if (port.firstRefusedAt <= at) port.sockets = listening.get(number)?.sockets ?? [];
			}

			expirePorts(at);
		},
		listenersOn: (netns, port) =>
			netns === null ? null : (namespaces.get(netns)?.get(port)?.sockets ?? null),
	};
}
