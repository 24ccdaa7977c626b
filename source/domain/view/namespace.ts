import type {KernelCounters, NetworkInterface} from '../kernel.ts';

/** The latest look at a network namespace, without its sockets: those are in the rows. */
export type KernelSummary = {
	netns: string;
	at: number;
	tookMs: number;
	/** Sockets in its table, and lines of ss that were not understood. */
	sockets: number;
	notUnderstood: number;
	counters: KernelCounters;
	/** Of the counters that count events, what was added a second; null until two looks were seen. */
	rates: KernelRates | null;
	/** Where the most local ports of the ephemeral range are in use. */
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

/** How many local ports are in use from one local address to one destination: each such pair has the whole range. */
export type EphemeralUse = {
	local: string;
	peer: string;
	peerPort: number;
	used: number;
	range: number;
};

/** An interface with what passed through it a second; null until two looks were seen. */
export type InterfaceView = NetworkInterface & {
	inBps: number | null;
	outBps: number | null;
	seenAt: number;
};
