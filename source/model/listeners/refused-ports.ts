/**
 * Who listens on the ports at which connections were refused: a socket of whoever in the same network namespace, on
 * another address or of the other family, explains the refusal.
 */
import type {SocketRecord} from '../../domain/events.ts';
import type {KernelLookEnd, KernelPart} from '../../domain/kernel.ts';
import {addListening, type ListeningSocket, type OnPort} from '../../domain/listening-socket.ts';
import type {Row} from '../../domain/row.ts';

export type RefusedPorts = {
	/** A record of a hook has been applied: where a connection was refused, the next looks tell who listens there. */
	record(row: Row, record: SocketRecord): void;
	part(part: KernelPart): void;
	end(end: KernelLookEnd): void;
	/** @returns null where no look has told since it was wanted */
	at(netns: string | null, port: number): readonly ListeningSocket[] | null;
};

/** What is known of one port. */
type Port = {firstAt: number; wantedAt: number; sockets: readonly ListeningSocket[] | null};

/** Ports wanted in all namespaces; who comes when they are full is not told of. */
const portsWanted = 256;
/** A refused connection's row stays for about so long. */
const wantedForMs = 15_000;

export function createRefusedPorts(): RefusedPorts {
	const spaces = new Map<string, Map<number, Port>>();
	let size = 0;
	/** The look that is coming. */
	let coming: {netns: string; at: number; listening: Map<number, OnPort>} | null = null;

	function forgetOld(now: number): void {
		for (const [netns, ports] of spaces) {
			for (const [port, {wantedAt}] of ports) {
				if (now - wantedAt < wantedForMs) continue;
				ports.delete(port);
				size--;
			}

			if (ports.size === 0) spaces.delete(netns);
		}
	}

	return {
		record({netns, peer, stageSince: now}, record) {
			if (record.type !== 'error' || record.error !== 'ECONNREFUSED') return;
			if (netns === null || peer === null || 'path' in peer) return;
			const {port} = peer;
			const known = spaces.get(netns)?.get(port);
			if (known !== undefined) {
				known.wantedAt = now;
				return;
			}

			if (size >= portsWanted) forgetOld(now);
			if (size >= portsWanted) return;
			const ports = spaces.get(netns) ?? new Map<number, Port>();
			spaces.set(netns, ports.set(port, {firstAt: now, wantedAt: now, sockets: null}));
			size++;
		},
		part({netns, look, at, sockets}) {
			if (look !== 'listeners' || size === 0) return;
			const ports = spaces.get(netns);
			if (ports === undefined) return;
			if (coming?.at !== at || coming.netns !== netns) coming = {netns, at, listening: new Map()};
			const wanted = new Set(ports.keys());
			for (const socket of sockets) {
				if (socket.state === 'LISTEN') addListening(coming.listening, socket, wanted);
			}
		},
		end({netns, look, at}) {
			if (look !== 'listeners' || size === 0) return;
			const listening = coming?.at === at && coming.netns === netns ? coming.listening : new Map();
			coming = null;
			for (const [number, port] of spaces.get(netns) ?? []) {
				// It may have been wanted while this look was on its way.
				if (port.firstAt <= at) port.sockets = listening.get(number)?.sockets ?? [];
			}

			forgetOld(at);
		},
		at: (netns, port) => (netns === null ? null : (spaces.get(netns)?.get(port)?.sockets ?? null)),
	};
}
