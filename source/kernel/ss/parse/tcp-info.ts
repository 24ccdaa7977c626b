import type {KernelState, TcpInfo} from '../../../domain/kernel.ts';
import {
	endOfField,
	indexOfByte,
	isBlank,
	latin1Bytes,
	parseNumberAt,
	skipBlanks,
	startsWith,
} from '../../parsing/scan.ts';
import type {SsOutput} from './output.ts';
import {reportsBytesSent, reportsPeerWindow} from './version.ts';

/** States in which the peer has not told a window yet, or none that still counts. */
const statesWithoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/** Names that ss prints before a value, and where the value is kept while a line is read. */
const slots = {
	...{rto: 0, rtt: 1, minrtt: 2, backoff: 3, cwnd: 4, mss: 5, pmtu: 6, unacked: 7, lost: 8, retrans: 9},
	...{bytes_retrans: 10, bytes_sent: 11, bytes_acked: 12, bytes_received: 13, lastsnd: 14, lastrcv: 15},
	...{snd_wnd: 16, busy: 17, rwnd_limited: 18, sndbuf_limited: 19, delivery_rate: 20, wscale: 21},
} as const;
const slotValues = new Float64Array(Object.keys(slots).length);

/** A name's bytes in one number, so that no text is made to look it up. */
const hashByte = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;
const slotsByHash: ReadonlyMap<number, {index: number; bytes: Uint8Array}> = new Map(
	Object.entries(slots).map(([name, index]) => [
		latin1Bytes(name).reduce(hashByte, 0),
		{index, bytes: latin1Bytes(name)},
	]),
);

/**
 * Whether an output tells a peer window anywhere: then this kernel tells them, and one that is missing is 0.
 *
 * ss prints windows behind all that comes from outside, so a window before a mark or a process is a part of the path of
 * a cgroup or of a name.
 */
export const hasPeerWindow = ({bytes, version}: Pick<SsOutput, 'bytes' | 'version'>): boolean => {
	if (!reportsPeerWindow(version)) return false;
	for (
		let at = bytes.indexOf(windowField);
		at !== -1;
		at = bytes.indexOf(windowField, at + windowField.length)
	) {
		const end = bytes.indexOf(0x0a, at);
		const rest = bytes.toString('latin1', at + windowField.length, end === -1 ? bytes.length : end);
		if (/^[1-9]/.test(rest) && !/ [<-]-[->]|",pid=/.test(rest)) return true;
	}
	return false;
};
const windowField = ' snd_wnd:';

const skmem = latin1Bytes('skmem:(');

/**
 * What `-m` and `-i` add.
 *
 * @param from Where it begins.
 * @param to Where the socket's text ends.
 * @returns `drops` is null without `-m`, `info` where the line carries no TCP info.
 */
// skmem:(r0,rb131072,…,d27) ts sack bbr rto:204 rtt:0.05/0.025 cwnd:10 delivery_rate 11904000000bps retrans:1/8 snd_wnd:65536
export const parseTcpInfo = (
	output: SsOutput,
	state: KernelState,
	from: number,
	to: number,
): {drops: number | null; info: TcpInfo | null} => {
	const {bytes} = output;
	slotValues.fill(Number.NaN);
	let drops: number | null = null;
	let retransTotal = 0;
	let congestion: string | null = null;
	let lastFlagFrom = -1;
	let lastFlagTo = -1;
	for (let at = skipBlanks(bytes, from, to); at < to; ) {
		let hash = 0;
		let colon = at;
		for (; colon < to && bytes[colon] !== 0x3a && !isBlank(bytes[colon]); colon++) {
			hash = hashByte(hash, bytes[colon] ?? 0);
		}
		const index = slotIndex(hash, bytes, at, colon);
		const end = endOfField(bytes, colon, to);
		let next = skipBlanks(bytes, end, to);
		if (colon === end) {
			if (index === slots.delivery_rate) {
				storeFirst(index, parseBitRate(bytes, next, to));
				next = skipBlanks(bytes, endOfField(bytes, next, to), to);
			}
			lastFlagFrom = at;
			lastFlagTo = end;
		} else if (index !== -1) {
			// The name of the congestion control stands right before the first of these, which follow each other.
			if ((index === slots.wscale || index === slots.rto) && isUnset(slots.wscale) && isUnset(slots.rto)) {
				congestion = parseCongestion(bytes, lastFlagFrom, lastFlagTo);
			}
			if (index === slots.retrans && isUnset(slots.retrans))
				retransTotal = parseSecondNumber(bytes, colon + 1, end);
			storeFirst(index, parseNumberAt(bytes, colon + 1, end));
		} else if (drops === null && startsWith(bytes, at, end, skmem)) drops = parseDrops(bytes, at, end);
		at = next;
	}
	const cwnd = slotValue(slots.cwnd);
	if (cwnd === null || state === 'LISTEN') return {drops, info: null};
	// `ss -E` shows a socket that was reset as tcp_disconnect() has left it: wiped. These are not its last counters.
	if (state === 'UNCONN' && slotValue(slots.rtt) === null && retransTotal === 0) return {drops, info: null};
	const unacked = slotValue(slots.unacked) ?? 0;
	const bytesAcked = slotValue(slots.bytes_acked) ?? 0;
	const retransNow = slotValue(slots.retrans) ?? 0;
	// A SYN counts among what is acknowledged and not among what is sent.
	const nothingSent = reportsBytesSent(output.version) && bytesAcked <= 1 && unacked === 0;
	const isWindowUnknown = statesWithoutWindow.has(state) || !output.peerWindowReported();
	const info: TcpInfo = {
		congestion,
		rtoMs: slotValue(slots.rto),
		rttMs: slotValue(slots.rtt),
		minRttMs: slotValue(slots.minrtt),
		backoff: slotValue(slots.backoff) ?? 0,
		cwnd,
		mss: slotValue(slots.mss),
		pmtu: slotValue(slots.pmtu),
		unacked,
		lost: slotValue(slots.lost) ?? 0,
		retransNow,
		retransTotal: Number.isNaN(retransTotal) ? retransNow : retransTotal,
		bytesRetrans: slotValue(slots.bytes_retrans) ?? 0,
		bytesSent: slotValue(slots.bytes_sent) ?? (nothingSent ? 0 : null),
		bytesAcked,
		bytesReceived: slotValue(slots.bytes_received) ?? 0,
		lastSentMs: slotValue(slots.lastsnd),
		lastReceivedMs: slotValue(slots.lastrcv),
		peerWindow: slotValue(slots.snd_wnd) ?? (isWindowUnknown ? null : 0),
		deliveryBps: slotValue(slots.delivery_rate),
		busyMs: slotValue(slots.busy) ?? 0,
		rwndLimitedMs: slotValue(slots.rwnd_limited) ?? 0,
		sndbufLimitedMs: slotValue(slots.sndbuf_limited) ?? 0,
	};
	return {drops, info};
};

const slotValue = (index: number): number | null => nanToNull(slotValues[index] ?? Number.NaN);

const nanToNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const isUnset = (index: number): boolean => Number.isNaN(slotValues[index]);

/** What is told twice counts as it was first told. */
const storeFirst = (index: number, value: number): void => {
	if (isUnset(index)) slotValues[index] = value;
};

const slotIndex = (hash: number, bytes: Uint8Array, from: number, to: number): number => {
	const slot = slotsByHash.get(hash);
	if (slot === undefined || slot.bytes.length !== to - from) return -1;
	return startsWith(bytes, from, to, slot.bytes) ? slot.index : -1;
};

/** `retrans:NOW/TOTAL`; ss leaves it out where both are zero. */
const parseSecondNumber = (bytes: Uint8Array, from: number, to: number): number => {
	const slash = indexOfByte(bytes, 0x2f, from, to);
	return slash === -1 ? Number.NaN : parseNumberAt(bytes, slash + 1, to);
};

/** `39125970149bps`; up to 5.x `37449.1Mbps`. */
const parseBitRate = (bytes: Buffer, from: number, to: number): number => {
	const match = /^([\d.e+]+)([KMG]?)bps$/.exec(bytes.toString('latin1', from, endOfField(bytes, from, to)));
	return match ? Math.round(Number(match[1]) * (rateUnits[match[2] ?? ''] ?? Number.NaN)) : Number.NaN;
};
const rateUnits: Readonly<Record<string, number>> = {'': 1, K: 1e3, M: 1e6, G: 1e9};

/** What ss prints before the congestion control; a destroyed socket has none any more. */
const tcpFlags: ReadonlySet<string> = new Set(['ts', 'usec_ts', 'sack', 'ecn', 'ecnseen', 'fastopen']);

const parseCongestion = (bytes: Buffer, from: number, to: number): string | null => {
	if (from === -1 || to - from > 16) return null;
	const name = bytes.toString('latin1', from, to);
	return !tcpFlags.has(name) && /^[a-z][\w-]*$/.test(name) ? name : null;
};

/** `d` of skmem: what the socket has dropped. */
const parseDrops = (bytes: Uint8Array, from: number, to: number): number | null => {
	for (let at = from; at < to - 1; at++) {
		if (bytes[at] === 0x2c && bytes[at + 1] === 0x64) return nanToNull(parseNumberAt(bytes, at + 2, to));
	}
	return null;
};
