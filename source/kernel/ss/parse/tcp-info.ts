import type {KernelState, TcpInfo} from '../../../domain/kernel.ts';
import {endOfField, find, isBlank, numberAt, skipBlanks, startsWith, word} from '../../parsing/scan.ts';
import type {SsOutput} from './output.ts';
import {tellsBytesSent, tellsWindows} from './version.ts';

/** States in which the peer has not told a window yet, or none that still counts. */
const withoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/** Names that ss prints before a value, and where the value is kept while a line is read. */
const places = {
	...{rto: 0, rtt: 1, minrtt: 2, backoff: 3, cwnd: 4, mss: 5, pmtu: 6, unacked: 7, lost: 8, retrans: 9},
	...{bytes_retrans: 10, bytes_sent: 11, bytes_acked: 12, bytes_received: 13, lastsnd: 14, lastrcv: 15},
	...{snd_wnd: 16, busy: 17, rwnd_limited: 18, sndbuf_limited: 19, delivery_rate: 20, wscale: 21},
} as const;
const values = new Float64Array(Object.keys(places).length);

/** A name's bytes in one number, so that no text is made to look it up. */
const hashed = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;
const known: ReadonlyMap<number, {index: number; bytes: Uint8Array}> = new Map(
	Object.entries(places).map(([name, index]) => [word(name).reduce(hashed, 0), {index, bytes: word(name)}]),
);

/**
 * Whether an output tells a peer window anywhere: then this kernel tells them, and one that is missing is 0.
 *
 * ss prints windows behind all that comes from outside, so a window before a mark or a process is a part of the path of
 * a cgroup or of a name.
 */
export const hasWindow = ({bytes, version}: Pick<SsOutput, 'bytes' | 'version'>): boolean => {
	if (!tellsWindows(version)) return false;
	for (let at = bytes.indexOf(window); at !== -1; at = bytes.indexOf(window, at + window.length)) {
		const end = bytes.indexOf(0x0a, at);
		const rest = bytes.toString('latin1', at + window.length, end === -1 ? bytes.length : end);
		if (/^[1-9]/.test(rest) && !/ [<-]-[->]|",pid=/.test(rest)) return true;
	}
	return false;
};
const window = ' snd_wnd:';

const skmem = word('skmem:(');

/**
 * What `-m` and `-i` add.
 *
 * @param from Where it begins.
 * @param to Where the socket's text ends.
 * @returns `drops` is null without `-m`, `info` where the line carries no TCP info.
 */
// skmem:(r0,rb131072,…,d27) ts sack bbr rto:204 rtt:0.05/0.025 cwnd:10 delivery_rate 11904000000bps retrans:1/8 snd_wnd:65536
export const parseInfo = (
	output: SsOutput,
	state: KernelState,
	from: number,
	to: number,
): {drops: number | null; info: TcpInfo | null} => {
	const {bytes} = output;
	values.fill(Number.NaN);
	let drops: number | null = null;
	let retransTotal = 0;
	let congestion: string | null = null;
	let bareFrom = -1;
	let bareTo = -1;
	for (let at = skipBlanks(bytes, from, to); at < to; ) {
		let hash = 0;
		let colon = at;
		for (; colon < to && bytes[colon] !== 0x3a && !isBlank(bytes[colon]); colon++) {
			hash = hashed(hash, bytes[colon] ?? 0);
		}
		const index = indexOf(hash, bytes, at, colon);
		const end = endOfField(bytes, colon, to);
		let next = skipBlanks(bytes, end, to);
		if (colon === end) {
			if (index === places.delivery_rate) {
				keep(index, bitsPerSecond(bytes, next, to));
				next = skipBlanks(bytes, endOfField(bytes, next, to), to);
			}
			bareFrom = at;
			bareTo = end;
		} else if (index !== -1) {
			// The name of the congestion control stands right before the first of these, which follow each other.
			if ((index === places.wscale || index === places.rto) && isNew(places.wscale) && isNew(places.rto)) {
				congestion = congestionIn(bytes, bareFrom, bareTo);
			}
			if (index === places.retrans && isNew(places.retrans)) retransTotal = secondOf(bytes, colon + 1, end);
			keep(index, numberAt(bytes, colon + 1, end));
		} else if (drops === null && startsWith(bytes, at, end, skmem)) drops = dropsIn(bytes, at, end);
		at = next;
	}
	const cwnd = told(places.cwnd);
	if (cwnd === null || state === 'LISTEN') return {drops, info: null};
	// `ss -E` shows a socket that was reset as tcp_disconnect() has left it: wiped. These are not its last counters.
	if (state === 'UNCONN' && told(places.rtt) === null && retransTotal === 0) return {drops, info: null};
	const unacked = told(places.unacked) ?? 0;
	const bytesAcked = told(places.bytes_acked) ?? 0;
	const retransNow = told(places.retrans) ?? 0;
	// A SYN counts among what is acknowledged and not among what is sent.
	const nothingSent = tellsBytesSent(output.version) && bytesAcked <= 1 && unacked === 0;
	const noWindow = withoutWindow.has(state) || !output.windowsShown();
	const info: TcpInfo = {
		congestion,
		rtoMs: told(places.rto),
		rttMs: told(places.rtt),
		minRttMs: told(places.minrtt),
		backoff: told(places.backoff) ?? 0,
		cwnd,
		mss: told(places.mss),
		pmtu: told(places.pmtu),
		unacked,
		lost: told(places.lost) ?? 0,
		retransNow,
		retransTotal: Number.isNaN(retransTotal) ? retransNow : retransTotal,
		bytesRetrans: told(places.bytes_retrans) ?? 0,
		bytesSent: told(places.bytes_sent) ?? (nothingSent ? 0 : null),
		bytesAcked,
		bytesReceived: told(places.bytes_received) ?? 0,
		lastSentMs: told(places.lastsnd),
		lastReceivedMs: told(places.lastrcv),
		peerWindow: told(places.snd_wnd) ?? (noWindow ? null : 0),
		deliveryBps: told(places.delivery_rate),
		busyMs: told(places.busy) ?? 0,
		rwndLimitedMs: told(places.rwnd_limited) ?? 0,
		sndbufLimitedMs: told(places.sndbuf_limited) ?? 0,
	};
	return {drops, info};
};

const told = (index: number): number | null => orNull(values[index] ?? Number.NaN);

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const isNew = (index: number): boolean => Number.isNaN(values[index]);

/** What is told twice counts as it was first told. */
const keep = (index: number, value: number): void => {
	if (isNew(index)) values[index] = value;
};

const indexOf = (hash: number, bytes: Uint8Array, from: number, to: number): number => {
	const found = known.get(hash);
	if (found === undefined || found.bytes.length !== to - from) return -1;
	return startsWith(bytes, from, to, found.bytes) ? found.index : -1;
};

/** `retrans:NOW/TOTAL`; ss leaves it out where both are zero. */
const secondOf = (bytes: Uint8Array, from: number, to: number): number => {
	const slash = find(bytes, 0x2f, from, to);
	return slash === -1 ? Number.NaN : numberAt(bytes, slash + 1, to);
};

/** `39125970149bps`; up to 5.x `37449.1Mbps`. */
const bitsPerSecond = (bytes: Buffer, from: number, to: number): number => {
	const match = /^([\d.e+]+)([KMG]?)bps$/.exec(bytes.toString('latin1', from, endOfField(bytes, from, to)));
	return match ? Math.round(Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN)) : Number.NaN;
};
const units: Readonly<Record<string, number>> = {'': 1, K: 1e3, M: 1e6, G: 1e9};

/** What ss prints before the congestion control; a destroyed socket has none any more. */
const flags: ReadonlySet<string> = new Set(['ts', 'usec_ts', 'sack', 'ecn', 'ecnseen', 'fastopen']);

const congestionIn = (bytes: Buffer, from: number, to: number): string | null => {
	if (from === -1 || to - from > 16) return null;
	const name = bytes.toString('latin1', from, to);
	return !flags.has(name) && /^[a-z][\w-]*$/.test(name) ? name : null;
};

/** `d` of skmem: what the socket has dropped. */
const dropsIn = (bytes: Uint8Array, from: number, to: number): number | null => {
	for (let at = from; at < to - 1; at++) {
		if (bytes[at] === 0x2c && bytes[at + 1] === 0x64) return orNull(numberAt(bytes, at + 2, to));
	}
	return null;
};
