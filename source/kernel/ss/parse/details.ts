import type {KernelState, Shutdown, SocketKind, TcpInfo} from '../../../domain/kernel.ts';
import {endOfField, endOfText, isBlank, latin1Bytes, skipBlanks, startsWith} from '../../parsing/scan.ts';
import type {SsOutput} from './output.ts';
import {parseTcpInfo} from './tcp-info.ts';

/** The fields of a line from the cgroup on. */
export type Details = {
	v6only: boolean | null;
	shutdown: Shutdown | null;
	drops: number | null;
	info: TcpInfo | null;
};

const cgroup = latin1Bytes('cgroup:');
const v6only = latin1Bytes('v6only:');
const lineFeed = 0x0a;

/**
 * Parses the rest of a line, in ss's order.
 *
 * @param from behind `ino:`, `sk:` and `fwmark:`, or behind the peer's address where they are absent
 * @param to end of the socket's last line
 */
// cgroup:/user.slice v6only:0 <-> tos:0 inet-sockopt: ( recverr ) skmem:(r0,…,d27) ts sack bbr … tcp-ulp-mptcp …
export const parseDetails = (
	output: SsOutput,
	kind: SocketKind,
	state: KernelState,
	from: number,
	to: number,
): Details => {
	const {bytes} = output;
	const textEnd = endOfText(bytes, from, to);
	const details: Details = {v6only: null, shutdown: null, drops: null, info: null};
	const rest = parseV6onlyAndShutdown(bytes, from, textEnd, details);
	if (rest >= textEnd) return details;
	const {drops, info} = parseTcpInfo(output, state, rest, textEnd);
	// On a connection the kernel counts keepalive probes there, too: nothing was lost.
	details.drops = kind === 'tcp' && state !== 'LISTEN' ? null : drops;
	// MPTCP prints counters of all its connections together, under some of the same names.
	if (kind === 'tcp') details.info = info;
	return details;
};

/** @returns start of the fields that follow; `to` where it is ambiguous */
const parseV6onlyAndShutdown = (bytes: Buffer, from: number, to: number, details: Details): number => {
	let at = skipBlanks(bytes, from, to);
	if (startsWith(bytes, at, to, cgroup)) {
		// The path may contain blanks and marks, so the search runs backwards: no text from outside follows ss's
		// own mark on that line, hence the last mark is ss's own. The kernel allows no line feed in the path.
		const lineFeedAt = bytes.indexOf(lineFeed, at);
		const lineTo = lineFeedAt === -1 || lineFeedAt > to ? to : lineFeedAt;
		const mark = lastShutdownMark(bytes, at + cgroup.length, lineTo);
		if (mark === -1) return to;
		const v6onlyFrom = endOfText(bytes, at, mark) - v6only.length - 1;
		if (v6onlyFrom > at && startsWith(bytes, v6onlyFrom, mark, v6only))
			details.v6only = flagAt(bytes, mark - 2);
		at = mark;
	} else if (startsWith(bytes, at, to, v6only)) {
		details.v6only = flagAt(bytes, at + v6only.length);
		at = skipBlanks(bytes, endOfField(bytes, at, to), to);
	}
	const mark = shutdownMarkAt(bytes, at, to);
	if (mark === null) return at;
	details.shutdown = mark;
	return skipBlanks(bytes, at + 3, to);
};

const flagAt = (bytes: Uint8Array, at: number): boolean | null =>
	bytes[at] === 0x31 ? true : bytes[at] === 0x30 ? false : null;

const lastShutdownMark = (bytes: Uint8Array, from: number, to: number): number => {
	for (let at = endOfText(bytes, from, to) - 3; at > from; at--) {
		if (bytes[at + 1] === 0x2d && isBlank(bytes[at - 1]) && shutdownMarkAt(bytes, at, to) !== null) return at;
	}
	return -1;
};

/** `<` and `>` are the open directions: our FIN shuts the outgoing one, the peer's the incoming one. */
const shutdownMarkAt = (bytes: Uint8Array, at: number, to: number): Shutdown | null => {
	if (at + 3 > to || bytes[at + 1] !== 0x2d || (at + 3 < to && !isBlank(bytes[at + 3]))) return null;
	const [left, right] = [bytes[at], bytes[at + 2]];
	if (left === 0x3c) return right === 0x3e ? '<->' : right === 0x2d ? '<--' : null;
	if (left === 0x2d) return right === 0x3e ? '-->' : right === 0x2d ? '---' : null;
	return null;
};
