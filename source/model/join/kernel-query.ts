/** What the rows of a namespace want to know of the kernel, beyond its table of TCP sockets. */

import type {KernelWanted, PortsOfInterest} from '../../domain/kernel.ts';
import type {Row} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import type {KernelIndex} from '../table/socket-index.ts';

/** With more ports than these a filter is longer than what it spares. */
const portsWanted = 64;
/** How long after its end a connection may be in TIME-WAIT. */
const timeWaitMs = 60_000;
/** Ports are gathered from all rows: of many rows, less often, and of very many, once in seconds. */
const manyRows = 2000;
const againMs = (count: number): number => Math.max(1000, count / 10);

/** @param now ms since the epoch @param all whether everybody's sockets are wanted */
export type KernelWants = (netns: string, now: number, all: boolean) => KernelWanted;

type Ports = Pick<KernelWanted, 'infoPorts' | 'timeWaitPorts'>;

export function createKernelWants(rows: Rows, index: KernelIndex): KernelWants {
	const gathered = new Map<string, {at: number; ports: Ports}>();

	function portsOf(netns: string, now: number): Ports {
		const known = gathered.get(netns);
		const {size} = rows.entries;
		if (size > manyRows && known !== undefined && now - known.at < againMs(size)) return known.ports;
		const info = createPorts();
		const timeWait = createPorts();
		for (const entry of rows.entries.values()) {
			const {row} = entry;
			if (row.netns !== netns || row.kind === 'udp' || row.kind === 'unix' || entry.others) continue;
			if (mayBeInTimeWait(entry, now)) timeWait.add(row);
			else if (row.closedAt === null) info.add(row);
		}

		const ports = {infoPorts: info.taken(), timeWaitPorts: timeWait.taken()};
		gathered.set(netns, {at: now, ports});
		return ports;
	}

	return (netns, now, all) => {
		const space = index.space(netns);
		if (space === undefined) {
			gathered.delete(netns);
			return {udp: all, unix: all, all, infoPorts: null, timeWaitPorts: null};
		}

		return {udp: all || space.udp > 0, unix: all || space.unix > 0, all, ...portsOf(netns, now)};
	};
}

/** A connection that failed has mostly been reset. */
function mayBeInTimeWait({row, facts}: Entry, now: number): boolean {
	if (facts.kernelState === 'TIME-WAIT') return true;
	if (facts.kernelOnly) return facts.kernelState?.startsWith('FIN-WAIT') ?? false;
	return facts.closed && !facts.failed && row.role !== 'listener' && now - (row.closedAt ?? 0) < timeWaitMs;
}

/** Gathers the ports that tell a few sockets from all others: of a server its own, of a client its peer's. */
function createPorts(): {add(row: Row): void; taken(): PortsOfInterest | null} {
	const local = new Set<number>();
	const peer = new Set<number>();
	return {
		add(row) {
			if (local.size + peer.size > portsWanted) return;
			const near = portOf(row.local);
			const far = portOf(row.peer);
			if (row.role === 'client' && far !== null) peer.add(far);
			else if (row.role !== null && near !== null) local.add(near);
			else if (near !== null && (far === null || near <= far)) local.add(near);
			else if (far !== null) peer.add(far);
		},
		taken() {
			const count = local.size + peer.size;
			return count === 0 || count > portsWanted ? null : {local: [...local], peer: [...peer]};
		},
	};
}

const portOf = (address: Row['local']): number | null =>
	address === null || 'path' in address || address.port === 0 ? null : address.port;
