import type {KernelSocket, PortSelection} from '../../../domain/kernel.ts';
import {buildPortFilter, type PortFilter} from '../commands.ts';

/**
 * Chooses whether `ss -E` is asked for all sockets that end, or for those on the ports of watched ones.
 *
 * All is better: a connection to a new port is told even where it ends before anybody knows its port. But a host may
 * end many thousand sockets a second that are nobody's here. ss alone needs about 10 µs for each that it prints and
 * a third of that for one that its filter leaves out, and netwatch as much again for each that it reads.
 */
export type DestroyedFilter = {
	/** What has been read. */
	record: (sockets: readonly KernelSocket[], ports: PortSelection | null) => void;
	/**
	 * To be asked about once a second.
	 *
	 * @param now In ms, of any clock.
	 * @returns The filter to be used from now on; null for all.
	 */
	choose: (ports: PortSelection | null, now: number) => PortFilter | null;
};

/** More sockets a second than these are many. */
const busySocketsPerSecond = 2000;
/** Of many, at least this share must be watched ones, or a filter is used. */
const minWatchedShare = 0.25;
/** With a filter nobody sees whether the noise has ended: it is left out from time to time. */
const unfilteredRetryMs = 60_000;
const sampleEvery = 16;

/** @param startedAt When it is created, by the same clock as `choose` is told. */
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
