import type {KernelState} from '../model/types.ts';
import {numberAfter} from './scan.ts';

/** What `-i` and `-m` add to a line; null where it does not carry it. */
export type TcpInfo = {
	rttMs: number | null;
	cwnd: number | null;
	retransNow: number | null;
	retransTotal: number | null;
	/** 0 where the line has TCP info but no window: ss leaves out what is zero, and what the kernel does not tell. */
	peerWindow: number | null;
	deliveryBps: number | null;
	drops: number | null;
};

export const noTcpInfo: TcpInfo = {
	rttMs: null,
	cwnd: null,
	retransNow: null,
	retransTotal: null,
	peerWindow: null,
	deliveryBps: null,
	drops: null,
};

/** States in which the peer has not told a window yet. */
const withoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/**
 * skmem and TCP info.
 *
 * @param line The whole line.
 * @param from Where they begin.
 */
// skmem:(r0,rb131072,…,d27) ts sack bbr rto:204 rtt:0.05/0.025 cwnd:10 delivery_rate 11904000000bps retrans:1/8 snd_wnd:65536
export const parseTcpInfo = (line: string, from: number, state: KernelState): TcpInfo => {
	// The field before the first one: keys are looked for with the space before them, as `rcv_rtt:` is not `rtt:`.
	const begin = Math.max(0, from - 1);
	const drops = state === 'LISTEN' ? socketDrops(line, begin) : null;
	const cwnd = numberAfter(line, ' cwnd:', begin);
	if (cwnd === null) return drops === null ? noTcpInfo : {...noTcpInfo, drops};
	const retrans = retransmits(line, begin);
	return {
		rttMs: numberAfter(line, ' rtt:', begin),
		cwnd,
		retransNow: retrans.now,
		retransTotal: retrans.total,
		peerWindow: numberAfter(line, ' snd_wnd:', begin) ?? (withoutWindow.has(state) ? null : 0),
		deliveryBps: numberAfter(line, ' delivery_rate ', begin),
		drops,
	};
};

/** ss leaves `retrans:NOW/TOTAL` out where both are zero. */
const retransmits = (line: string, from: number): {now: number; total: number} => {
	const now = numberAfter(line, ' retrans:', from);
	if (now === null) return {now: 0, total: 0};
	const total = numberAfter(line, '/', line.indexOf(' retrans:', from));
	return {now, total: total ?? now};
};

const socketDrops = (line: string, from: number): number | null => {
	const memory = line.indexOf('skmem:(', from);
	if (memory === -1) return null;
	const close = line.indexOf(')', memory);
	const drops = line.indexOf(',d', memory);
	return close === -1 || drops === -1 || drops > close ? null : numberAfter(line, ',d', drops);
};
