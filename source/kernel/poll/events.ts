/** What was told of sockets that ended, and what was not. */

import type {InterfacesSnapshot, KernelCounters, SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';

export type DestroyedCounts = {
	/** Lines that were read. */
	lines: number;
	/** Lines that were left out, because there were more than could be read. */
	dropped: number;
	/** How often ss ended because there was more to tell than it could: nobody knows how many. */
	overflows: number;
	/** Only those on some ports are told now. */
	filtered: boolean;
};

/** Where what was read goes. All of a large look comes in parts, with time for others between them. */
export type KernelEvents = {
	onSnapshotPart: (part: SnapshotPart) => void;
	onSnapshotEnd: (end: SnapshotEnd) => void;
	onCounters: (netns: string, at: number, counters: KernelCounters) => void;
	onInterfaces: (seen: InterfacesSnapshot) => void;
};
