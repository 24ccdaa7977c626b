import type {KernelCounters, NetworkInterface} from '../kernel.ts';

/** The latest snapshot of a network namespace without its sockets, which are in the rows. */
export type KernelSummary = {
	netns: string;
	at: number;
	tookMs: number;
	/** Sockets in its table, and lines of ss that were not understood. */
	sockets: number;
	notUnderstood: number;
	counters: KernelCounters;
	/** Increase of the event counters, a second; null until two snapshots were seen. */
	rates: KernelRates | null;
	/** The address and destination with the most used ports of the ephemeral range. */
	ephemeral: EphemeralUse | null;
};

export type KernelRates = {
	listenOverflows: number | null;
	listenDrops: number | null;
	synDrops: number | null;
	retransSegs: number | null;
	activeOpens: number | null;
	passiveOpens: number | null;
	attemptFails: number | null;
	resets: number | null;
};

/** Local ports used from one local address to one destination: each such pair has the whole range. */
export type EphemeralUse = {
	local: string;
	peer: string;
	peerPort: number;
	used: number;
	range: number;
};

/** An interface with its traffic a second; null until two snapshots were seen. */
export type InterfaceView = NetworkInterface & {
	inBps: number | null;
	outBps: number | null;
	seenAt: number;
};
