import {endianness} from 'node:os';
import type {KernelSocket, KernelState, KernelTimer, SocketKind} from '../../domain/kernel.ts';
import {knownSendQueue} from '../parsing/queue.ts';

/**
 * Parses `/proc/PID/net/{tcp,tcp6,udp,udp6,unix}` as a stream. These files lack the fields that only netlink
 * has: the cookie, a listener's backlog, TCP info, devices, the shutdown mark, and whether a listener on `::`
 * takes IPv4 as well.
 */
export type ProcNetParser = {
	/** The sockets whose lines end in this chunk. */
	push: (chunk: Buffer) => KernelSocket[];
	/** Parses the last line, if it has no line feed. */
	end: () => KernelSocket[];
	/** Lines that are not sockets, and the first of them: untrusted text. */
	readonly notUnderstood: {count: number; samples: string[]};
};

export type ProcNetKind = Extract<SocketKind, 'tcp' | 'udp' | 'unix'>;

const maxSamples = 5;
const maxSampleLength = 200;
/** The longest line names a Unix socket: 108 bytes of path. A longer one is not the kernel's. */
const maxPendingLength = 4096;

/**
 * @param kind the kind of sockets in the file; both families have one format
 * @param littleEndian byte order of this machine: the kernel prints addresses in its own order, not the
 * network's
 */
export const createProcNetParser = (
	kind: ProcNetKind,
	littleEndian = endianness() === 'LE',
): ProcNetParser => {
	const notUnderstood = {count: 0, samples: [] as string[]};
	let pending = '';
	let isFirstLine = true;

	const parseLine = (line: string): KernelSocket | null => {
		const isHeader = isFirstLine && /^\s*(sl|Num)\s/.test(line);
		isFirstLine = false;
		if (isHeader || line.trim() === '') return null;
		const socket = kind === 'unix' ? parseUnixLine(line) : parseInetLine(line, kind, littleEndian);
		if (socket === null) countUnparsed(line);
		return socket;
	};

	const countUnparsed = (line: string): void => {
		notUnderstood.count++;
		if (notUnderstood.samples.length < maxSamples) {
			notUnderstood.samples.push(line.slice(0, maxSampleLength).trimEnd());
		}
	};

	return {
		push(chunk) {
			const lines = (pending + chunk.toString('latin1')).split('\n');
			pending = lines.pop() ?? '';
			if (pending.length > maxPendingLength) {
				countUnparsed(pending);
				pending = '';
			}
			return lines.map(parseLine).filter(socket => socket !== null);
		},
		end() {
			const socket = parseLine(pending);
			pending = '';
			return socket === null ? [] : [socket];
		},
		notUnderstood,
	};
};

/** include/net/tcp_states.h; 0C is a half-open connection that has no socket of its own yet. */
const tcpStates: ReadonlyMap<string, KernelState> = new Map<string, KernelState>([
	['01', 'ESTAB'],
	['02', 'SYN-SENT'],
	['03', 'SYN-RECV'],
	['04', 'FIN-WAIT-1'],
	['05', 'FIN-WAIT-2'],
	['06', 'TIME-WAIT'],
	['07', 'UNCONN'],
	['08', 'CLOSE-WAIT'],
	['09', 'LAST-ACK'],
	['0A', 'LISTEN'],
	['0B', 'CLOSING'],
	['0C', 'SYN-RECV'],
]);

const timerNames: ReadonlyMap<string, KernelTimer['name']> = new Map<string, KernelTimer['name']>([
	['01', 'on'],
	['02', 'keepalive'],
	['03', 'timewait'],
	['04', 'persist'],
	['05', 'delack'],
]);

const hostPattern = '([\\dA-F]{8}|[\\dA-F]{32}):([\\dA-F]{4})';
const inetLinePattern = new RegExp(
	`^ *\\d+: ${hostPattern} ${hostPattern} ([\\dA-F]{2}) ([\\dA-F]{8}):([\\dA-F]{8}) ([\\dA-F]{2}):([\\dA-F]{8,16}) ([\\dA-F]{8}) +(\\d+) +(\\d+) (\\d+)( .*)?$`,
);

// Documentation/networking/proc_net_tcp.rst; get_tcp4_sock() of net/ipv4/tcp_ipv4.c
//   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//   18: 01004D0A:99B8 02004D0A:1F4C 02 00000001:00000000 01:00000146 00000008     0        0 31623 2 00000000b6aee2f7 …
const parseInetLine = (line: string, kind: 'tcp' | 'udp', littleEndian: boolean): KernelSocket | null => {
	const match = inetLinePattern.exec(line);
	if (match === null) return null;
	const [, localHost = '', localPort = '', peerHost = '', peerPort = '', code = ''] = match;
	const [sent = '', received = '', timer = '', when = '', retransmissions = ''] = match.slice(6);
	const [uid = '', probes = '', inodeText = '', rest = ''] = match.slice(11);
	const state = tcpStates.get(code);
	if (state === undefined || localHost.length !== peerHost.length) return null;
	const local = parseHost(localHost, littleEndian);
	const peer = parseHost(peerHost, littleEndian);
	const port = Number.parseInt(peerPort, 16);
	const inode = Number(inodeText);
	const name = timerNames.get(timer);
	return {
		kind,
		state,
		local: {...local, port: Number.parseInt(localPort, 16)},
		peer: port === 0 ? null : {...peer, port},
		recvQ: parseQueue(received),
		// The file lacks the backlog, which ss shows here for a listener.
		sendQ: state === 'LISTEN' ? null : knownSendQueue(state, parseQueue(sent)),
		inode: inode === 0 ? null : inode,
		peerInode: null,
		cookie: null,
		// The kernel gives no owner for a socket without an inode.
		uid: inode === 0 ? null : Number(uid),
		timer:
			kind === 'udp' || name === undefined
				? null
				: {
						name,
						ms: Number.parseInt(when, 16) * msPerTick,
						count: name === 'on' ? Number.parseInt(retransmissions, 16) : Number(probes),
					},
		device: null,
		v6only: null,
		shutdown: null,
		drops: kind === 'udp' ? parseDrops(rest) : null,
		info: null,
	};
};

/** The kernel prints a signed number as an unsigned one. @returns null for a negative one, which is no count */
const parseQueue = (hex: string): number | null => {
	const bytes = Number.parseInt(hex, 16);
	return bytes >= 2 ** 31 ? null : bytes;
};

/** USER_HZ is 100 on every platform that Node runs on. */
const msPerTick = 10;

// … 2 00000000b6aee2f7 0
const parseDrops = (rest: string): number | null => {
	const drops = / \d+ [\da-f]+ (\d+) *$/i.exec(rest)?.[1];
	return drops === undefined ? null : Number(drops);
};

/** `0100007F` is 127.0.0.1 on a little-endian machine; an IPv6 address is four such numbers. */
const parseHost = (text: string, littleEndian: boolean): {address: string; family: 4 | 6} => {
	if (text.length === 8) {
		const number = Number.parseInt(text, 16);
		const [one, two, three, four] = [
			number >>> 24,
			(number >>> 16) & 255,
			(number >>> 8) & 255,
			number & 255,
		];
		const address = littleEndian ? `${four}.${three}.${two}.${one}` : `${one}.${two}.${three}.${four}`;
		return {address, family: 4};
	}
	const bytes = Buffer.from(text, 'hex');
	if (littleEndian) bytes.swap32();
	// An IPv4 connection of an IPv6 socket: the peer sees only its IPv4 part.
	if (bytes.toString('hex', 0, 12) === mappedIPv4Prefix)
		return {address: bytes.subarray(12).join('.'), family: 4};
	return {address: formatIPv6(bytes), family: 6};
};

const mappedIPv4Prefix = '00000000000000000000ffff';

/**
 * Formats an address as inet_ntop(3) does, and so ss and Node: the first longest run of two or more zero
 * groups is `::`.
 */
const formatIPv6 = (bytes: Buffer): string => {
	const groups = Array.from({length: 8}, (_, index) => bytes.readUInt16BE(index * 2));
	let [begin, length] = [-1, 1];
	for (let at = 0; at < 8; at++) {
		let end = at;
		while (end < 8 && groups[end] === 0) end++;
		if (end - at > length) [begin, length] = [at, end - at];
		if (end > at) at = end;
	}
	const text = (from: number, to: number) =>
		groups
			.slice(from, to)
			.map(group => group.toString(16))
			.join(':');
	if (begin === -1) return text(0, 8);
	// IPv4-compatible, long deprecated.
	if (begin === 0 && length === 6) return `::${bytes.subarray(12).join('.')}`;
	return `${text(0, begin)}::${text(begin + length, 8)}`;
};

const unixLinePattern =
	/^[\da-f]+: [\dA-F]{8} [\dA-F]{8} ([\dA-F]{8}) ([\dA-F]{4}) ([\dA-F]{2}) +(\d+)(?: (.*))?$/i;
/** __SO_ACCEPTCON of include/uapi/linux/net.h: the socket listens. */
const acceptConnectionsFlag = 1 << 16;
/** socket_state of include/uapi/linux/net.h, as named by ss. */
const unixStates: ReadonlyMap<string, KernelState> = new Map<string, KernelState>([
	['01', 'UNCONN'],
	['02', 'SYN-SENT'],
	['03', 'ESTAB'],
	['04', 'CLOSING'],
]);

// unix_seq_show() of net/unix/af_unix.c
// Num       RefCount Protocol Flags    Type St Inode Path
// 00000000d1cf2e76: 00000002 00000000 00010000 0001 01 31479809 /run/x.sock
const parseUnixLine = (line: string): KernelSocket | null => {
	const match = unixLinePattern.exec(line);
	if (match === null) return null;
	const [, flags = '', , code = '', inode = '', path] = match;
	const state = Number.parseInt(flags, 16) & acceptConnectionsFlag ? 'LISTEN' : unixStates.get(code);
	if (state === undefined) return null;
	return {
		kind: 'unix',
		state,
		// A path is bytes; Node decodes it as UTF-8.
		local: path === undefined || path === '' ? null : {path: Buffer.from(path, 'latin1').toString('utf8')},
		peer: null,
		recvQ: null,
		sendQ: null,
		inode: Number(inode) || null,
		peerInode: null,
		cookie: null,
		uid: null,
		timer: null,
		device: null,
		v6only: null,
		shutdown: null,
		drops: null,
		info: null,
	};
};
