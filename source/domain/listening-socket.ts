/** The listening sockets of a network namespace, and which of them takes a connection. */

import {normalizeAddress} from './address.ts';
import type {KernelSocket} from './kernel.ts';
import type {Address} from './row.ts';

/** What is kept of a socket in LISTEN. */
export type ListeningSocket = {
	address: string;
	port: number;
	inode: number | null;
	cookie: string | null;
	v6only: boolean | null;
	device: string | null;
};

/** Those of one port: the first ones, and how many there are. */
export type PortListeners = {sockets: ListeningSocket[]; count: number};

export type ListeningSockets = ReadonlyMap<number, PortListeners>;

const maxPerPort = 64;

/** @param ports those of the listeners that somebody wants to know more of; their number bounds the map */
export function addListening(
	byPort: Map<number, PortListeners>,
	{local, inode, cookie, v6only, device}: KernelSocket,
	ports: ReadonlySet<number>,
): void {
	if (local === null || 'path' in local || !ports.has(local.port)) return;
	const {address, port} = local;
	let onPort = byPort.get(port);
	if (onPort === undefined) {
		onPort = {sockets: [], count: 0};
		byPort.set(port, onPort);
	}

	onPort.count++;
	if (onPort.sockets.length < maxPerPort)
		onPort.sockets.push({address: normalizeAddress(address), port, inode, cookie, v6only, device});
}

/**
 * The sockets that the kernel would give a connection to: several where they share an address (SO_REUSEPORT), among
 * which it chooses by a hash. The very address counts most, then the device that a socket is bound to and IPv4's own
 * wildcard (Linux, `__inet_lookup_listener`).
 */
export function lookupListeners(
	byPort: ListeningSockets,
	local: Address | null,
	device: string | null,
): readonly ListeningSocket[] {
	if (local === null || 'path' in local) return [];
	const address = normalizeAddress(local.address);
	let best: ListeningSocket[] = [];
	let bestScore = 0;
	for (const socket of byPort.get(local.port)?.sockets ?? []) {
		const score = scoreOf(socket, address, device);
		if (score === 0 || score < bestScore) continue;
		if (score > bestScore) best = [];
		bestScore = score;
		best.push(socket);
	}

	return best;
}

/** @returns 0 for a socket that does not take it */
function scoreOf(listening: ListeningSocket, address: string, device: string | null): number {
	if (listening.device !== null && listening.device !== device) return 0;
	const bound = listening.device === null ? 1 : 2;
	const isIpv4 = !address.includes(':');
	if (listening.address === address) return 8 + bound;
	if (listening.address === '0.0.0.0') return isIpv4 ? 1 + bound : 0;
	if (!wildcards.has(listening.address)) return 0;
	return isIpv4 && listening.v6only === true ? 0 : bound;
}

/** Of IPv6, which takes IPv4 as well unless it was told not to. */
const wildcards: ReadonlySet<string> = new Set(['::', '*']);

/** The address as ss prints it, `*` for that of both families. */
export function listeningAddress({address, v6only, device}: ListeningSocket): string {
	const printed = address === '::' && v6only === false ? '*' : address;
	return device === null ? printed : `${printed}%${device}`;
}
