import type {KernelState, SocketKind} from '../../../domain/kernel.ts';
import {err, ok, type Result} from '../../../shared/result.ts';
import {classifyAddress} from '../../parsing/address.ts';
import {knownSendQueue} from '../../parsing/queue.ts';
import {
	endOfField,
	indexOfByte,
	latin1Bytes,
	parseDigits,
	skipBlanks,
	startsWith,
} from '../../parsing/scan.ts';
import {type FieldOffsets, InetSocket} from './inet-socket.ts';
import type {SsOutput} from './output.ts';
import {endOfUsers} from './users.ts';

const invalidQueue = err('a queue is no number');
const invalidLocal = err('the local address is none');
const invalidPeer = err('the peer address is none');

/**
 * Parses a TCP, MPTCP or UDP socket of `ss -n`, with any of `-O -a -o -e -i -m -p`.
 *
 * @param from behind the state
 * @param lineTo end of the line
 * @param to end of the lines that continue it: `lineTo` where there are none
 */
// ESTAB 0 0 10.77.0.1:8020 10.77.0.2:59750 timer:(keepalive,12sec,0) ino:31626 sk:20 cgroup:/ <-> skmem:(…) ts sack bbr …
export const parseInet = (
	output: SsOutput,
	kind: SocketKind,
	state: KernelState,
	from: number,
	lineTo: number,
	to: number,
): Result<InetSocket> => {
	const {bytes} = output;
	let at = skipBlanks(bytes, from, lineTo);
	let end = endOfField(bytes, at, lineTo);
	const recvQ = parseQueue(bytes, at, end);
	at = skipBlanks(bytes, end, lineTo);
	end = endOfField(bytes, at, lineTo);
	const sendQ = parseQueue(bytes, at, end);
	if (recvQ === undefined || sendQ === undefined) return invalidQueue;

	const localFrom = skipBlanks(bytes, end, lineTo);
	const localTo = endOfField(bytes, localFrom, lineTo);
	const local = classifyAddress(bytes, localFrom, localTo);
	// An unbound socket has no port.
	if (local === 'none' || (local === 'wildcard' && state !== 'UNCONN')) return invalidLocal;
	const peerFrom = skipBlanks(bytes, localTo, lineTo);
	const peerTo = endOfField(bytes, peerFrom, lineTo);
	if (classifyAddress(bytes, peerFrom, peerTo) === 'none') return invalidPeer;

	const fields: FieldOffsets = {
		localFrom,
		localTo,
		peerFrom,
		peerTo,
		timerFrom: 0,
		timerTo: 0,
		cookieFrom: 0,
		cookieTo: 0,
		uid: null,
		restFrom: to,
		to,
	};
	const inode = parseExtendedFields(bytes, peerTo, lineTo, fields);
	if (isReadFromProc(bytes, kind, state, lineTo, fields)) {
		fields.cookieFrom = 0;
		fields.cookieTo = 0;
		// What follows stands for TCP info, and is none.
		fields.restFrom = to;
		// /proc has no limit of the accept queue: ss prints 0.
		const limit = state === 'LISTEN' && sendQ === 0 ? null : sendQ;
		return ok(new InetSocket(output, kind, state, recvQ, limit, inode, fields));
	}

	return ok(new InetSocket(output, kind, state, recvQ, knownSendQueue(state, sendQ), inode, fields));
};

/**
 * Where the kernel has no tcp_diag, ss reads /proc/net/tcp without a word: `sk:` is then a hash of the socket's address,
 * and no identity. Of such a line, neither the cgroup nor the mark of the open directions is there, which the kernel
 * gives of every TCP socket but of TIME-WAIT and of a handshake (inet_diag, measured with iproute2 4.4 to 7.1).
 */
const isReadFromProc = (
	bytes: Uint8Array,
	kind: SocketKind,
	state: KernelState,
	to: number,
	{cookieTo, restFrom}: FieldOffsets,
): boolean => {
	if (kind !== 'tcp' || cookieTo === 0 || !fullSocketStates.has(state)) return false;
	const next = restFrom < to ? bytes[restFrom] : undefined;
	return next !== 0x63 && next !== 0x76 && next !== 0x3c && next !== 0x2d; // c(group), v(6only), <, -
};

const fullSocketStates: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'ESTAB',
	'CLOSE-WAIT',
	'FIN-WAIT-1',
	'LAST-ACK',
	'CLOSING',
]);

/** @returns null for a negative number, which is no count of bytes; undefined where it is no number */
const parseQueue = (bytes: Uint8Array, from: number, to: number): number | null | undefined => {
	const isNegative = bytes[from] === 0x2d;
	const value = parseDigits(bytes, isNegative ? from + 1 : from, to);
	if (value === -1) return undefined;
	return isNegative ? null : value;
};

const users = latin1Bytes('users:(');
const timer = latin1Bytes('timer:(');
const uid = latin1Bytes('uid:');
const ino = latin1Bytes('ino:');
const cookie = latin1Bytes('sk:');
const fwmark = latin1Bytes('fwmark:');

/**
 * Parses the fields between the list of processes, which is skipped as a whole, and the cgroup's path. Text
 * from outside is in those two alone, and cannot imitate these fields. They are on the socket's first line.
 *
 * @returns the inode as printed; null where the line has none
 */
// users:(("node",pid=1,fd=2)) timer:(on,21sec,7) uid:33 ino:32401 sk:12 fwmark:0x2a
const parseExtendedFields = (
	bytes: Buffer,
	from: number,
	to: number,
	fields: FieldOffsets,
): number | null => {
	let inode: number | null = null;
	let at = skipBlanks(bytes, from, to);
	if (startsWith(bytes, at, to, users)) {
		const text = bytes.toString('latin1', at, to);
		const end = endOfUsers(text, 0);
		if (end === -1) return null;
		at = skipBlanks(bytes, at + end, to);
	}
	if (startsWith(bytes, at, to, timer)) {
		const end = indexOfByte(bytes, 0x29, at, to);
		if (end === -1) return null;
		fields.timerFrom = at + timer.length;
		fields.timerTo = end;
		at = skipBlanks(bytes, end + 1, to);
	}
	while (at < to) {
		const end = endOfField(bytes, at, to);
		if (startsWith(bytes, at, end, ino)) inode = numberOrNull(bytes, at + ino.length, end);
		else if (startsWith(bytes, at, end, cookie)) {
			if (isCookie(bytes, at + cookie.length, end)) {
				fields.cookieFrom = at + cookie.length;
				fields.cookieTo = end;
			}
		} else if (startsWith(bytes, at, end, uid)) fields.uid = numberOrNull(bytes, at + uid.length, end);
		else if (!startsWith(bytes, at, end, fwmark)) break;
		at = skipBlanks(bytes, end, to);
	}
	fields.restFrom = at;
	return inode;
};

const numberOrNull = (bytes: Uint8Array, from: number, to: number): number | null => {
	const value = parseDigits(bytes, from, to);
	return value === -1 ? null : value;
};

/** Detects a cookie: up to 64 bits, hexadecimal. */
const isCookie = (bytes: Uint8Array, from: number, to: number): boolean => {
	if (to <= from || to - from > 16) return false;
	for (let at = from; at < to; at++) {
		const code = bytes[at] ?? 0;
		if ((code < 0x30 || code > 0x39) && (code < 0x61 || code > 0x66)) return false;
	}
	return true;
};
