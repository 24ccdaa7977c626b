import type {KernelSocket, PortSelection} from '../../../domain/kernel.ts';
import {buildPortFilter, type PortFilter} from '../commands.ts';

/**
 * Decides whether `ss -E` reports all destroyed sockets, or those on the ports of watched ones.
 *
 * All is better: a connection to a new port is reported even where it ends before its port is known. But a
 * host may destroy many thousand unwatched sockets a second. ss alone needs about 10 µs for each that it
 * prints and a third of that for one that its filter leaves out, and netwatch as much again for each that it
 * reads.
 */
export type DestroyedFilter = {
	/** Counts the sockets of a read. */
	record: (sockets: readonly KernelSocket[], ports: PortSelection | null) => void;
	/**
	 * Chooses the filter; to be called about once a second.
	 *
	 * @param now in ms, of any clock
	 * @returns the filter from now on; null for all sockets
	 */
	choose: (ports: PortSelection | null, now: number) => PortFilter | null;
};

/** A host with more sockets a second is busy. */
const busySocketsPerSecond = 2000;
/** On a busy host, at least this share must be watched sockets, or a filter is used. */
const minWatchedShare = 0.25;
/** A filter hides the end of the load: it is left out from time to time. */
const unfilteredRetryMs = 60_000;
const sampleEvery = 16;

/** @param startedAt time of creation, by the clock of `choose` */
export const createDestroyedFilter = (startedAt: number): DestroyedFilter => {
	let lines = 0;
	let sampled = 0;
	let watched = 0;
	let windowStartedAt = startedAt;
	let filteredSince: number | null = null;

	const resetCounts = (now: number): void => {
		lines = sampled = watched = 0;
		windowStartedAt = now;
	};

	return {
		record: (sockets, ports) => {
			lines += sockets.length;
			if (ports === null || filteredSince !== null) return;
			for (let index = 0; index < sockets.length; index += sampleEvery) {
				const socket = sockets[index];
				if (socket === undefined) continue;
				sampled++;
				if (hasPort(socket.local, ports.local) || hasPort(socket.peer, ports.peer)) watched++;
			}
		},
		choose: (ports, now) => {
			const seconds = (now - windowStartedAt) / 1000;
			const isBusy = lines > busySocketsPerSecond * seconds;
			const isMostlyUnwatched = isBusy && sampled > 0 && watched < minWatchedShare * sampled;
			resetCounts(now);
			if (filteredSince === null ? isMostlyUnwatched : now - filteredSince < unfilteredRetryMs) {
				const filter = ports === null ? null : buildPortFilter(ports);
				filteredSince = filter === null ? null : (filteredSince ?? now);
				return filter;
			}
			filteredSince = null;
			return null;
		},
	};
};

const hasPort = (address: KernelSocket['local'], ports: readonly number[]): boolean =>
	address !== null && 'port' in address && ports.includes(address.port);
