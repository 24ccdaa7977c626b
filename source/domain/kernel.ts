/** The kernel's view, as `source/kernel` reads it. Times are milliseconds since the epoch, sizes are bytes. */
import type {Address} from '../wire/field-types.ts';
import type {TcpInfo} from './tcp-info-fields.ts';

export type {TcpInfo};

/** The state names that `ss` prints. */
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
	/** Time until the timer fires; null where ss printed none. */
	ms: number | null;
	count: number;
};

export type SocketKind = 'tcp' | 'mptcp' | 'udp' | 'unix';

/** The open directions of a TCP connection: `<--` FIN sent, `-->` FIN received. */
export type Shutdown = '<->' | '<--' | '-->' | '---';

/**
 * One socket of an `ss` snapshot. Fields missing from the line are null.
 *
 * A table has tens of thousands of sockets, so fields may be parsed from the line on access: keep a copy of
 * the value, never the socket.
 */
export type KernelSocket = {
	readonly kind: SocketKind;
	readonly state: KernelState;
	/** null for an unnamed unix socket. */
	readonly local: Address | null;
	/** null for a wildcard peer (`*:*`), as listeners have, and for an unnamed peer of a unix socket. */
	readonly peer: Address | null;
	/** null where the source has no queues: the fallback on platforms without ss. */
	readonly recvQ: number | null;
	readonly sendQ: number | null;
	/** null where ss printed 0: not accepted yet, orphaned, TIME-WAIT or SYN-RECV. */
	readonly inode: number | null;
	/** The inode of a unix socket's peer. */
	readonly peerInode: number | null;
	/** The kernel's identity of the socket for its whole life, hexadecimal as printed by ss. */
	readonly cookie: string | null;
	readonly uid: number | null;
	readonly timer: KernelTimer | null;
	/** The device the socket is bound to, or the scope of a link-local address. */
	readonly device: string | null;
	/** Set for a listener on `::` or `*` with IPV6_V6ONLY; null where ss does not print it. */
	readonly v6only: boolean | null;
	readonly shutdown: Shutdown | null;
	/** Drops at this socket (`d` of skmem): connections for a listener, datagrams for a UDP socket. */
	readonly drops: number | null;
	readonly info: TcpInfo | null;
};

/**
 * The scope of a snapshot, which decides the meaning of a missing socket.
 *
 * - `table`: all sockets of the namespace except those in TIME-WAIT; a socket missing from it counts as
 *   missed.
 * - `listeners`: sockets in LISTEN.
 * - `info`: TCP info of some sockets.
 * - `time-wait`: sockets in TIME-WAIT on the ports of watched sockets.
 * - `destroyed`: sockets that the kernel has just destroyed, with their last counters; their state is
 *   meaningless.
 */
export type SnapshotKind = 'table' | 'listeners' | 'info' | 'time-wait' | 'destroyed';

/** A part of a snapshot: large snapshots arrive in many parts, so that none blocks the event loop. */
export type SnapshotPart = {
	netns: string;
	kind: SnapshotKind;
	/** When the snapshot began, equal in all its parts: facts are at least this fresh. */
	at: number;
	sockets: readonly KernelSocket[];
};

/** All parts of a snapshot have arrived. */
export type SnapshotEnd = {
	netns: string;
	kind: SnapshotKind;
	at: number;
	/** Time until the last part arrived. */
	tookMs: number;
	/** Sockets in all its parts. */
	socketCount: number;
	/** Lines that the parser did not understand, and the first of them: text from outside. */
	notUnderstood: {count: number; samples: readonly string[]};
	/** The socket kinds included in a table. */
	socketKinds: ReadonlySet<SocketKind>;
};

/** Counters of the namespace; null where not readable. Event counters are cumulative, as in the kernel. */
export type KernelCounters = {
	/** Connections that found the accept queue full, and all drops at listeners for any reason. */
	listenOverflows: number | null;
	listenDrops: number | null;
	/** Overflows of the queue of half-open connections: dropped, and answered with SYN cookies. */
	synDrops: number | null;
	synCookies: number | null;
	retransSegs: number | null;
	outSegs: number | null;
	/** Connections opened by connect(), accepted by listeners, failed during the handshake, and reset. */
	activeOpens: number | null;
	passiveOpens: number | null;
	attemptFails: number | null;
	resets: number | null;
	/** Sockets now. */
	timeWait: number | null;
	orphans: number | null;
	/** The kernel's maximum of TIME-WAIT sockets; some kernels share it with the host. */
	timeWaitLimit: number | null;
	orphanLimit: number | null;
	ephemeralLow: number | null;
	ephemeralHigh: number | null;
	/** The kernel's cap on the backlog of listen(). */
	somaxconn: number | null;
};

/** One interface as printed by `ip`. Names are text from outside. */
export type NetworkInterface = {
	name: string;
	index: number;
	/** `UP`, `DOWN`, `UNKNOWN` (loopback and tunnels), … as printed by ip. */
	state: string;
	mtu: number | null;
	/** The link type of a virtual interface: `loopback`, `veth`, `bridge`, `tun`, `wireguard`, … */
	kind: string | null;
	/** The bridge or bond that the interface belongs to. */
	master: string | null;
	/** With prefix length, e.g. "10.0.0.5/24". */
	addresses: readonly string[];
	/** Cumulative; null where ip prints none. */
	inBytes: number | null;
	outBytes: number | null;
	inDropped: number | null;
	outDropped: number | null;
	inErrors: number | null;
	outErrors: number | null;
};

export type InterfacesSnapshot = {netns: string; at: number; interfaces: readonly NetworkInterface[]};

/** Ports that identify the watched TCP sockets of a namespace: a socket matches by either list. */
export type PortSelection = {local: readonly number[]; peer: readonly number[]};

/** The queries of a namespace's rows beyond its table of TCP sockets. */
export type KernelQuery = {
	udp: boolean;
	unix: boolean;
	/** Includes every socket of the namespace, of every kind. */
	all: boolean;
	/**
	 * Ports for TCP info, where the table is too large to carry it; null without sockets or with too many ports.
	 */
	infoPorts: PortSelection | null;
	/** Ports for TIME-WAIT sockets: those of recently closed connections. */
	timeWaitPorts: PortSelection | null;
};

/** From the process's resolv.conf(5), hosts(5), nsswitch.conf(5) and its initial environment. */
export type ResolverView = {
	/** Addresses of the name servers as written in the file; where empty, the resolver uses 127.0.0.1. */
	nameservers: readonly string[];
	/** Timeout of each server, and the number of attempts over all of them. */
	timeoutMs: number;
	attempts: number;
	/** Names in /etc/hosts, in small letters: they are answered without a server. null where it is not readable. */
	hosts?: ReadonlySet<string> | null;
	/** nsswitch.conf(5) names DNS for host names, or is not there. */
	usesDns?: boolean;
	/** UV_THREADPOOL_SIZE; null where unset, and where the process's environment is not readable. */
	threads: number | null;
};
