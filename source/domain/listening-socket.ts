/** The listening sockets of a network namespace, and the lookup of the one that receives a connection. */

import {normalizeAddress} from './address.ts';
import type {KernelSocket} from './kernel.ts';
import type {Address} from './row.ts';

/** The retained fields of a socket in LISTEN. */
export type ListeningSocket = {
	address: string;
	port: number;
	inode: number | null;
	cookie: string | null;
	v6only: boolean | null;
	device: string | null;
};

/** The listening sockets of one port: the first ones, and the total count. */
export type PortListeners = {sockets: ListeningSocket[]; count: number};

export type ListeningSockets = ReadonlyMap<number, PortListeners>;

const maxPerPort = 64;

/** @param ports ports with a watched listener or a refused connection; their number bounds the map */
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

	// MPTCP's table shows a listener that TCP's has shown, by the same inode.
	if (inode !== null && onPort.sockets.some(socket => socket.inode === inode)) return;
	onPort.count++;
	if (onPort.sockets.length < maxPerPort)
		onPort.sockets.push({address: normalizeAddress(address), port, inode, cookie, v6only, device});
}

/**
 * Looks up the sockets that the kernel may deliver a connection to: several where they share an address
 * (SO_REUSEPORT), among which the kernel chooses by a hash. A specific address scores highest, then a bound
 * device and IPv4's own wildcard (Linux, `__inet_lookup_listener`).
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

/** @returns 0 for a socket that does not match */
function scoreOf(listening: ListeningSocket, address: string, device: string | null): number {
	if (listening.device !== null && listening.device !== device) return 0;
	const bound = listening.device === null ? 1 : 2;
	const isIpv4 = !address.includes(':');
	if (listening.address === address) return 8 + bound;
	if (listening.address === '0.0.0.0') return isIpv4 ? 1 + bound : 0;
	if (!wildcards.has(listening.address)) return 0;
	return isIpv4 && listening.v6only === true ? 0 : bound;
}

/** IPv6 wildcards, which accept IPv4 as well unless IPV6_V6ONLY is set. */
const wildcards: ReadonlySet<string> = new Set(['::', '*']);

/** The address as printed by ss, `*` for the wildcard of both families. */
export function listeningAddress({address, v6only, device}: ListeningSocket): string {
	const printed = address === '::' && v6only === false ? '*' : address;
	return device === null ? printed : `${printed}%${device}`;
}
