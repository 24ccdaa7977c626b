/** What the kernel says, as `source/kernel` reads it. Times are milliseconds since the epoch, sizes are bytes. */

/** The kernel's names, as `ss` prints them. */
export const kernelStates = [
	'ESTAB',
	'SYN-SENT',
	'SYN-RECV',
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'TIME-WAIT',
	'UNCONN',
	'CLOSE-WAIT',
	'LAST-ACK',
	'LISTEN',
	'CLOSING',
] as const;
export type KernelState = (typeof kernelStates)[number];

export type KernelTimer = {
	name: 'on' | 'keepalive' | 'timewait' | 'persist' | 'delack' | 'unknown';
	/** Time until it fires; null where ss printed none. */
	ms: number | null;
	count: number;
};

/** One line of `ss`, understood. Fields that the line does not carry are null. */
export type KernelSocket = {
	state: KernelState;
	local: {address: string; port: number; family: 4 | 6};
	/** null for a wildcard peer (`*:*`), as listeners have. */
	peer: {address: string; port: number; family: 4 | 6} | null;
	/** null where the source has no queues: the fallback of platforms without ss. */
	recvQ: number | null;
	sendQ: number | null;
	/** null where ss printed 0: not accepted yet, orphaned, TIME-WAIT or SYN-RECV. */
	inode: number | null;
	/** The kernel's identity of the socket for its whole life, hexadecimal as ss prints it. */
	cookie: string | null;
	uid: number | null;
	timer: KernelTimer | null;
	/** The device the socket is bound to, or the scope of a link-local address. */
	device: string | null;
	/** A listener on `::` or `*` takes IPv6 only; null where ss does not say. */
	v6only: boolean | null;
	rttMs: number | null;
	cwnd: number | null;
	retransNow: number | null;
	retransTotal: number | null;
	/** The window the peer offers. ss leaves a zero out: 0 only where the line carries TCP info without it. */
	peerWindow: number | null;
	deliveryBps: number | null;
	/** A listener's dropped connections (`d` of skmem). */
	drops: number | null;
};

/** One look at a network namespace. */
export type KernelSnapshot = {
	netns: string;
	/** When the look began: facts are at least this fresh. */
	at: number;
	tookMs: number;
	sockets: KernelSocket[];
	/** Lines that no parser understood. */
	notUnderstood: number;
	counters: KernelCounters;
};

/** Counters of the namespace, cumulative as the kernel counts them; null where not readable. */
export type KernelCounters = {
	listenOverflows: number | null;
	listenDrops: number | null;
	retransSegs: number | null;
	timeWait: number | null;
	ephemeralLow: number | null;
	ephemeralHigh: number | null;
};
