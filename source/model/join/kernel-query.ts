/** The kernel queries of a namespace's rows, beyond its table of TCP sockets. */

import type {KernelQuery, PortSelection} from '../../domain/kernel.ts';
import type {Row} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import type {SocketIndex} from '../table/socket-index.ts';

/** Above this a port filter costs more than it saves. */
const maxPorts = 64;
/** How long a connection stays in TIME-WAIT after its end. */
const timeWaitMs = 60_000;
/**
 * Ports are collected from all rows: less often above this number, and every few seconds for very large
 * tables.
 */
const manyRows = 2000;
const refreshMs = (count: number): number => Math.max(1000, count / 10);

/**
 * @param now ms since the epoch
 * @param all whether sockets of unwatched processes are rows
 */
export type KernelQueries = (netns: string, now: number, all: boolean) => KernelQuery;

type Ports = Pick<KernelQuery, 'infoPorts' | 'timeWaitPorts'>;

export function createKernelQueries(rows: Rows, index: SocketIndex): KernelQueries {
	const cachedPorts = new Map<string, {at: number; ports: Ports}>();

	function portsOf(netns: string, now: number): Ports {
		const cached = cachedPorts.get(netns);
		const {size} = rows.entries;
		if (size > manyRows && cached !== undefined && now - cached.at < refreshMs(size)) return cached.ports;
		const info = createPortSelection();
		const timeWait = createPortSelection();
		for (const entry of rows.entries.values()) {
			const {row} = entry;
			if (row.netns !== netns || row.kind === 'udp' || row.kind === 'unix' || entry.foreign) continue;
			if (mayBeInTimeWait(entry, now)) timeWait.add(row);
			else if (row.closedAt === null) info.add(row);
		}

		const ports = {infoPorts: info.taken(), timeWaitPorts: timeWait.taken()};
		cachedPorts.set(netns, {at: now, ports});
		return ports;
	}

	return (netns, now, all) => {
		const namespace = index.namespace(netns);
		if (namespace === undefined) {
			cachedPorts.delete(netns);
			return {udp: all, unix: all, all, infoPorts: null, timeWaitPorts: null};
		}

		return {udp: all || namespace.udp > 0, unix: all || namespace.unix > 0, all, ...portsOf(netns, now)};
	};
}

/** A failed connection was mostly reset, which leaves no TIME-WAIT. */
function mayBeInTimeWait({row, facts}: Entry, now: number): boolean {
	if (facts.kernelState === 'TIME-WAIT') return true;
	if (facts.kernelOnly) return facts.kernelState?.startsWith('FIN-WAIT') ?? false;
	return facts.closed && !facts.failed && row.role !== 'listener' && now - (row.closedAt ?? 0) < timeWaitMs;
}

/** Collects the ports that select the watched sockets: a server's own, a client's peer port. */
function createPortSelection(): {add(row: Row): void; taken(): PortSelection | null} {
	const local = new Set<number>();
	const peer = new Set<number>();
	return {
		add(row) {
			if (local.size + peer.size > maxPorts) return;
			const localPort = portOf(row.local);
			const peerPort = portOf(row.peer);
			if (row.role === 'client' && peerPort !== null) peer.add(peerPort);
			else if (row.role !== null && localPort !== null) local.add(localPort);
			else if (localPort !== null && (peerPort === null || localPort <= peerPort)) local.add(localPort);
			else if (peerPort !== null) peer.add(peerPort);
		},
		taken() {
			const count = local.size + peer.size;
			return count === 0 || count > maxPorts ? null : {local: [...local], peer: [...peer]};
		},
	};
}

const portOf = (address: Row['local']): number | null =>
	address === null || 'path' in address || address.port === 0 ? null : address.port;
