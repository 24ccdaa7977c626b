import type {KernelState, TcpInfo} from '../model/kernel-types.ts';
import {endOfField, find, numberAt, skipBlanks, startsWith, word} from './scan.ts';
import type {SsOutput} from './ss-output.ts';
import {tellsBytesSent, tellsWindows} from './version.ts';

/** States in which the peer has not told a window yet, or none that still counts. */
const withoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/** Names that ss prints before a value; those with a blank behind it end the word themselves. */
const names = [
	...['rto', 'rtt', 'minrtt', 'backoff', 'cwnd', 'mss', 'pmtu', 'unacked', 'lost', 'retrans'],
	...['bytes_retrans', 'bytes_sent', 'bytes_acked', 'bytes_received', 'lastsnd', 'lastrcv', 'snd_wnd'],
	...['busy', 'rwnd_limited', 'sndbuf_limited', 'delivery_rate', 'wscale'],
] as const;
type Name = (typeof names)[number];

/** A name's bytes in one number, so that no text is made to look it up. */
const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
	let hash = 0;
	for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
	return hash;
};
const known: ReadonlyMap<number, {name: Name; bytes: Uint8Array}> = new Map(
	names.map(name => {
		const bytes = word(name);
		return [hashOf(bytes, 0, bytes.length), {name, bytes}] as const;
	}),
);
const lookUp = (bytes: Uint8Array, from: number, to: number): Name | null => {
	const found = known.get(hashOf(bytes, from, to));
	return found && found.bytes.length === to - from && startsWith(bytes, from, to, found.bytes)
		? found.name
		: null;
};

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
	const values: Partial<Record<Name, number>> = {};
	let drops: number | null = null;
	let retransTotal = 0;
	let congestion: string | null = null;
	let bareFrom = -1;
	let bareTo = -1;
	for (let at = skipBlanks(bytes, from, to); at < to; ) {
		const end = endOfField(bytes, at, to);
		let colon = at;
		while (colon < end && bytes[colon] !== 0x3a) colon++;
		const name = colon - at > 14 ? null : lookUp(bytes, at, colon);
		let next = skipBlanks(bytes, end, to);
		if (colon === end) {
			if (name === 'delivery_rate') {
				values[name] ??= bitsPerSecond(bytes, next, to);
				next = skipBlanks(bytes, endOfField(bytes, next, to), to);
			}
			[bareFrom, bareTo] = [at, end];
		} else if (name !== null) {
			// The name of the congestion control stands right before the first of these, which follow each other.
			if ((name === 'wscale' || name === 'rto') && values.wscale === undefined && values.rto === undefined) {
				congestion = congestionIn(bytes, bareFrom, bareTo);
			}
			if (name === 'retrans' && values.retrans === undefined) retransTotal = secondOf(bytes, colon + 1, end);
			values[name] ??= numberAt(bytes, colon + 1, end);
		} else if (drops === null && startsWith(bytes, at, end, skmem)) drops = dropsIn(bytes, at, end);
		at = next;
	}
	const cwnd = told(values.cwnd);
	if (cwnd === null || state === 'LISTEN') return {drops, info: null};
	// `ss -E` shows a socket that was reset as tcp_disconnect() has left it: wiped. These are not its last counters.
	if (state === 'UNCONN' && told(values.rtt) === null && retransTotal === 0) return {drops, info: null};
	const unacked = told(values.unacked) ?? 0;
	const bytesAcked = told(values.bytes_acked) ?? 0;
	const retransNow = told(values.retrans) ?? 0;
	// A SYN counts among what is acknowledged and not among what is sent.
	const nothingSent = tellsBytesSent(output.version) && bytesAcked <= 1 && unacked === 0;
	const noWindow = withoutWindow.has(state) || !output.windowsShown();
	const info: TcpInfo = {
		congestion,
		rtoMs: told(values.rto),
		rttMs: told(values.rtt),
		minRttMs: told(values.minrtt),
		backoff: told(values.backoff) ?? 0,
		cwnd,
		mss: told(values.mss),
		pmtu: told(values.pmtu),
		unacked,
		lost: told(values.lost) ?? 0,
		retransNow,
		retransTotal: Number.isNaN(retransTotal) ? retransNow : retransTotal,
		bytesRetrans: told(values.bytes_retrans) ?? 0,
		bytesSent: told(values.bytes_sent) ?? (nothingSent ? 0 : null),
		bytesAcked,
		bytesReceived: told(values.bytes_received) ?? 0,
		lastSentMs: told(values.lastsnd),
		lastReceivedMs: told(values.lastrcv),
		peerWindow: told(values.snd_wnd) ?? (noWindow ? null : 0),
		deliveryBps: told(values.delivery_rate),
		busyMs: told(values.busy) ?? 0,
		rwndLimitedMs: told(values.rwnd_limited) ?? 0,
		sndbufLimitedMs: told(values.sndbuf_limited) ?? 0,
	};
	return {drops, info};
};

const told = (value: number | undefined): number | null =>
	value === undefined || Number.isNaN(value) ? null : value;

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
		if (bytes[at] === 0x2c && bytes[at + 1] === 0x64) return told(numberAt(bytes, at + 2, to));
	}
	return null;
};
