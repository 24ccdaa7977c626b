import type {KernelState, TcpInfo} from '../model/types.ts';
import {endOfField, numberAfter} from './scan.ts';

/** States in which the peer has not told a window yet. */
const withoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/**
 * TCP info.
 *
 * @param line The whole line.
 * @param from Where skmem and TCP info begin.
 * @returns null where the line carries none.
 */
// skmem:(r0,rb131072,…,d27) ts sack bbr rto:204 rtt:0.05/0.025 cwnd:10 delivery_rate 11904000000bps retrans:1/8 snd_wnd:65536
export const parseTcpInfo = (line: string, from: number, state: KernelState): TcpInfo | null => {
	// The field before the first one: keys are looked for with the space before them, as `rcv_rtt:` is not `rtt:`.
	const begin = Math.max(0, from - 1);
	const after = (key: string): number | null => numberAfter(line, key, begin);
	const cwnd = state === 'LISTEN' ? null : after(' cwnd:');
	if (cwnd === null) return null;
	const retrans = retransmits(line, begin);
	return {
		congestion: congestionOf(line, begin),
		rtoMs: after(' rto:'),
		rttMs: after(' rtt:'),
		minRttMs: after(' minrtt:'),
		backoff: after(' backoff:') ?? 0,
		cwnd,
		mss: after(' mss:'),
		pmtu: after(' pmtu:'),
		unacked: after(' unacked:') ?? 0,
		lost: after(' lost:') ?? 0,
		retransNow: retrans.now,
		retransTotal: retrans.total,
		bytesRetrans: after(' bytes_retrans:') ?? 0,
		bytesSent: after(' bytes_sent:'),
		bytesAcked: after(' bytes_acked:'),
		bytesReceived: after(' bytes_received:'),
		lastSentMs: after(' lastsnd:'),
		lastReceivedMs: after(' lastrcv:'),
		peerWindow: after(' snd_wnd:') ?? (withoutWindow.has(state) ? null : 0),
		deliveryBps: after(' delivery_rate '),
		busyMs: after(' busy:') ?? 0,
		rwndLimitedMs: after(' rwnd_limited:') ?? 0,
		sndbufLimitedMs: after(' sndbuf_limited:') ?? 0,
	};
};

/** The last word before the first `key:value` that is no flag. */
const congestionOf = (line: string, begin: number): string | null => {
	const rto = line.indexOf(' rto:', begin);
	const scale = line.indexOf(' wscale:', begin);
	const end = scale !== -1 && scale < rto ? scale : rto;
	if (end === -1) return null;
	const start = line.lastIndexOf(' ', end - 1) + 1;
	const word = line.slice(start, endOfField(line, start));
	return /^[a-z][\w-]{0,15}$/.test(word) ? word : null;
};

/** ss leaves `retrans:NOW/TOTAL` out where both are zero. */
const retransmits = (line: string, from: number): {now: number; total: number} => {
	const now = numberAfter(line, ' retrans:', from);
	if (now === null) return {now: 0, total: 0};
	const total = numberAfter(line, '/', line.indexOf(' retrans:', from));
	return {now, total: total ?? now};
};

/** `d` of skmem: what the socket has dropped; null where the line has no skmem. */
export const socketDrops = (line: string, from: number): number | null => {
	const memory = line.indexOf('skmem:(', Math.max(0, from - 1));
	if (memory === -1) return null;
	const close = line.indexOf(')', memory);
	const drops = line.indexOf(',d', memory);
	return close === -1 || drops === -1 || drops > close ? null : numberAfter(line, ',d', drops);
};
