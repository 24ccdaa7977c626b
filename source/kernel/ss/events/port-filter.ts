import type {KernelSocket, PortsOfInterest} from '../../../domain/kernel.ts';
import {type PortFilter, portFilter} from '../commands.ts';

/**
 * Chooses whether `ss -E` is asked for all sockets that end, or for those on the ports of watched ones.
 *
 * All is better: a connection to a new port is told even where it ends before anybody knows its port. But a host may
 * end many thousand sockets a second that are nobody's here. ss alone needs about 10 µs for each that it prints and
 * a third of that for one that its filter leaves out, and netwatch as much again for each that it reads.
 */
export type DestroyedFilter = {
	/** What has been read. */
	note: (sockets: readonly KernelSocket[], ports: PortsOfInterest | null) => void;
	/**
	 * To be asked about once a second.
	 *
	 * @param now In ms, of any clock.
	 * @returns The filter to be used from now on; null for all.
	 */
	choose: (ports: PortsOfInterest | null, now: number) => PortFilter | null;
};

/** More sockets a second than these are many. */
const manyPerSecond = 2000;
/** Of many, at least this share must be watched ones, or a filter is used. */
const worthwhile = 0.25;
/** With a filter nobody sees whether the noise has ended: it is left out from time to time. */
const tryAllAfterMs = 60_000;
const sampleEvery = 16;

/** @param begin When it is created, by the same clock as `choose` is told. */
export const createDestroyedFilter = (begin: number): DestroyedFilter => {
	let lines = 0;
	let sampled = 0;
	let watched = 0;
	let countedFrom = begin;
	let filteredFrom: number | null = null;

	const startCount = (now: number): void => {
		lines = sampled = watched = 0;
		countedFrom = now;
	};

	return {
		note: (sockets, ports) => {
			lines += sockets.length;
			if (ports === null || filteredFrom !== null) return;
			for (let index = 0; index < sockets.length; index += sampleEvery) {
				const socket = sockets[index];
				if (socket === undefined) continue;
				sampled++;
				if (hasPort(socket.local, ports.local) || hasPort(socket.peer, ports.peer)) watched++;
			}
		},
		choose: (ports, now) => {
			const seconds = (now - countedFrom) / 1000;
			const isMany = lines > manyPerSecond * seconds;
			const isNoise = isMany && sampled > 0 && watched < worthwhile * sampled;
			startCount(now);
			if (filteredFrom === null ? isNoise : now - filteredFrom < tryAllAfterMs) {
				const filter = ports === null ? null : portFilter(ports);
				filteredFrom = filter === null ? null : (filteredFrom ?? now);
				return filter;
			}
			filteredFrom = null;
			return null;
		},
	};
};

const hasPort = (address: KernelSocket['local'], ports: readonly number[]): boolean =>
	address !== null && 'port' in address && ports.includes(address.port);
