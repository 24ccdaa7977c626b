/** What the kernel says, as `source/kernel` reads it. Times are milliseconds since the epoch, sizes are bytes. */
import type {Address} from '../wire/records.ts';
import type {TcpInfo} from './tcp-info-fields.ts';

export type {TcpInfo};

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

export type SocketKind = 'tcp' | 'mptcp' | 'udp' | 'unix';

/** Which ways of a TCP connection are still open: `<--` we sent FIN, `-->` we received FIN. */
export type Shutdown = '<->' | '<--' | '-->' | '---';

/**
 * One socket as `ss` tells it. What the line does not carry is null.
 *
 * A table has tens of thousands of them, so a field may be read from the line when it is asked for: who needs a value
 * for longer copies that value and lets go of the socket.
 */
export type KernelSocket = {
	readonly kind: SocketKind;
	readonly state: KernelState;
	/** null for a unix socket without a name. */
	readonly local: Address | null;
	/** null for a wildcard peer (`*:*`), as listeners have, and where a unix socket's peer has no name. */
	readonly peer: Address | null;
	/** null where the source has no queues: the fallback of platforms without ss. */
	readonly recvQ: number | null;
	readonly sendQ: number | null;
	/** null where ss printed 0: not accepted yet, orphaned, TIME-WAIT or SYN-RECV. */
	readonly inode: number | null;
	/** The inode of a unix socket's other end. */
	readonly peerInode: number | null;
	/** The kernel's identity of the socket for its whole life, hexadecimal as ss prints it. */
	readonly cookie: string | null;
	readonly uid: number | null;
	readonly timer: KernelTimer | null;
	/** The device the socket is bound to, or the scope of a link-local address. */
	readonly device: string | null;
	/** A listener on `::` or `*` takes IPv6 only; null where ss does not say. */
	readonly v6only: boolean | null;
	readonly shutdown: Shutdown | null;
	/** Dropped at this socket (`d` of skmem): of a listener connections, of a UDP socket datagrams. */
	readonly drops: number | null;
	readonly info: TcpInfo | null;
};

/**
 * What a look has asked for, and so what its silence means.
 *
 * - `table`: all sockets of the namespace but those in TIME-WAIT; who is not in it was missed.
 * - `listeners`: those in LISTEN.
 * - `info`: TCP info of some sockets.
 * - `time-wait`: those in TIME-WAIT on the ports of watched sockets.
 * - `destroyed`: sockets whose end the kernel has just told, with their last counters; their state is meaningless.
 */
export type SnapshotKind = 'table' | 'listeners' | 'info' | 'time-wait' | 'destroyed';

/** Sockets of one look: a large look comes in many parts, so that nobody waits for all of it. */
export type SnapshotPart = {
	netns: string;
	kind: SnapshotKind;
	/** When the look began, the same in all its parts: facts are at least this fresh. */
	at: number;
	sockets: readonly KernelSocket[];
};

/** All parts of a look have come. */
export type SnapshotEnd = {
	netns: string;
	kind: SnapshotKind;
	at: number;
	/** Until its last part came. */
	tookMs: number;
	/** Sockets in all its parts. */
	socketCount: number;
	/** Lines that no parser understood, and the first of them: text from outside. */
	notUnderstood: {count: number; samples: readonly string[]};
	/** Kinds that a table was asked for. */
	socketKinds: ReadonlySet<SocketKind>;
};

/** Counters of the namespace; null where not readable. Those of events are cumulative, as the kernel counts them. */
export type KernelCounters = {
	/** Connections that found the accept queue full, and all that listeners dropped, for whatever reason. */
	listenOverflows: number | null;
	listenDrops: number | null;
	/** Full queues of half-open connections: dropped, and answered by SYN cookies. */
	synDrops: number | null;
	synCookies: number | null;
	retransSegs: number | null;
	outSegs: number | null;
	/** Connections begun by connect(), taken by listeners, failed while they began, and reset. */
	activeOpens: number | null;
	passiveOpens: number | null;
	attemptFails: number | null;
	resets: number | null;
	/** Sockets now. */
	timeWait: number | null;
	orphans: number | null;
	/** Most that the kernel keeps; shared by the host in some kernels. */
	timeWaitLimit: number | null;
	orphanLimit: number | null;
	ephemeralLow: number | null;
	ephemeralHigh: number | null;
	/** What caps the backlog of listen(). */
	somaxconn: number | null;
};

/** One interface as `ip` shows it. Names are text from outside. */
export type NetworkInterface = {
	name: string;
	index: number;
	/** `UP`, `DOWN`, `UNKNOWN` (loopback and tunnels), … as ip says. */
	state: string;
	mtu: number | null;
	/** What it is where it is not hardware: `loopback`, `veth`, `bridge`, `tun`, `wireguard`, … */
	kind: string | null;
	/** The bridge or bond that it is a part of. */
	master: string | null;
	/** With prefix length, e.g. "10.0.0.5/24". */
	addresses: readonly string[];
	/** Cumulative; null where not told. */
	inBytes: number | null;
	outBytes: number | null;
	inDropped: number | null;
	outDropped: number | null;
	inErrors: number | null;
	outErrors: number | null;
};

export type InterfacesSnapshot = {netns: string; at: number; interfaces: readonly NetworkInterface[]};

/** Ports that tell watched TCP sockets from the others of a namespace: a socket is one of them by either. */
export type PortSelection = {local: readonly number[]; peer: readonly number[]};

/** What the rows of a namespace want to know of the kernel, beyond its table of TCP sockets. */
export type KernelQuery = {
	udp: boolean;
	unix: boolean;
	/** Every socket of the namespace, of every kind. */
	all: boolean;
	/** For TCP info, where the table is too large to carry it; null where there are no sockets or too many ports. */
	infoPorts: PortSelection | null;
	/** For the sockets in TIME-WAIT: the ports of connections that ended a short time ago. */
	timeWaitPorts: PortSelection | null;
};

/** From the resolv.conf(5) that the process sees, and the environment that it was started with. */
export type ResolverView = {
	/** Addresses of the servers that are asked, as they are written there; none: 127.0.0.1 is. */
	nameservers: readonly string[];
	/** How long each server is waited for, and how often all of them are asked. */
	timeoutMs: number;
	attempts: number;
	/** UV_THREADPOOL_SIZE; null where the process was not given one, and where its environment cannot be read. */
	threads: number | null;
};
