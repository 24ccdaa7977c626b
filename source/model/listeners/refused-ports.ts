/**
 * Who listens on the ports at which connections were refused: a socket of whoever in the same network namespace, on
 * another address or of the other family, explains the refusal.
 */
import type {SocketRecord} from '../../domain/events.ts';
import type {SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';
import {addListening, type ListeningSocket, type PortListeners} from '../../domain/listening-socket.ts';
import type {Row} from '../../domain/row.ts';

export type RefusedPorts = {
	/** A record of a hook has been applied: where a connection was refused, the next looks tell who listens there. */
	record(row: Row, record: SocketRecord): void;
	addPart(part: SnapshotPart): void;
	endSnapshot(end: SnapshotEnd): void;
	/** @returns null where no look has told since it was wanted */
	listenersOn(netns: string | null, port: number): readonly ListeningSocket[] | null;
};

/** What is known of one port. */
type RefusedPort = {
	firstRefusedAt: number;
	lastRefusedAt: number;
	sockets: readonly ListeningSocket[] | null;
};

/** Ports wanted in all namespaces; who comes when they are full is not told of. */
const maxPorts = 256;
/** A refused connection's row stays for about so long. */
const portTtlMs = 15_000;

export function createRefusedPorts(): RefusedPorts {
	const namespaces = new Map<string, Map<number, RefusedPort>>();
	let size = 0;
	/** The look that is coming. */
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
			const known = namespaces.get(netns)?.get(port);
			if (known !== undefined) {
				known.lastRefusedAt = now;
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
				// It may have been wanted while this look was on its way.
				if (port.firstRefusedAt <= at) port.sockets = listening.get(number)?.sockets ?? [];
			}

			expirePorts(at);
		},
		listenersOn: (netns, port) =>
			netns === null ? null : (namespaces.get(netns)?.get(port)?.sockets ?? null),
	};
}
