/** The events of the kernel's side, and the counts of destroyed sockets. */

import type {InterfacesSnapshot, KernelCounters, SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';

export type DestroyedCounts = {
	/** Lines that were read. */
	lines: number;
	/** Lines that were skipped, because there were more than could be read. */
	dropped: number;
	/** Number of times that ss ended because of an overflow: how many sockets were lost is unknown. */
	overflows: number;
	/** Only sockets on some ports are reported now. */
	filtered: boolean;
};

/**
 * Receives the kernel's data. The sockets of a large snapshot arrive in parts, with turns of the event loop
 * between them.
 */
export type KernelEvents = {
	onSnapshotPart: (part: SnapshotPart) => void;
	onSnapshotEnd: (end: SnapshotEnd) => void;
	onCounters: (netns: string, at: number, counters: KernelCounters) => void;
	onInterfaces: (snapshot: InterfacesSnapshot) => void;
};
