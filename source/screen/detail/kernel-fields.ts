/** The kernel's view of a row, field by field: a connection's, a listener's, or that of a socket without TCP. Pure. */
import {
	formatAddress,
	formatAge,
	formatBytes,
	formatCount,
	formatDuration,
	formatMs,
	formatPerSecond,
	notObserved,
} from '../../domain/format.ts';
import type {Address, KernelTimer, KernelView, Row, TcpInfo} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {isAcceptQueueFull} from '../columns/listeners.ts';
import {sameAddress} from './agreement.ts';
import type {Field} from './field.ts';

/** @param now ms since the epoch */
export const kernelFields = (row: Row, view: KernelView, now: number): Field[] => {
	const rest = view.state === 'LISTEN' ? listenerFields(row, view, now) : socketFields(row, view, now);
	return [
		{
			name: 'local',
			text: addressText(view.local),
			agreement: row.process ? sameAddress(row.local, view.local) : null,
		},
		...rest,
		...(view.device === null ? [] : [{name: 'device', text: sanitize(view.device)}]),
		{
			name: 'ino, sk',
			text: `${numberText(view.inode)}  ${view.cookie === null ? notObserved : sanitize(view.cookie)}`,
		},
	];
};

/** "0.9s ago", and that nothing can follow where the kernel has told the socket's end. */
export const kernelFreshness = (view: KernelView, now: number): string =>
	`${view.final ? 'final, ' : ''}${formatDuration(now - view.seenAt)} ago`;

const listenerFields = (row: Row, view: KernelView, now: number): Field[] => {
	const {acceptQueue: accepting} = row;
	const full = isAcceptQueueFull(row);
	return [
		{name: 'state', text: view.state},
		{
			name: 'queue',
			text: `${formatCount(view.recvQ)} of ${formatCount(view.sendQ)}${full ? ' full!' : ''}`,
			tone: full ? 'failed' : 'plain',
		},
		{name: 'at most', text: maxQueueText(row, now)},
		{
			name: 'backlog',
			text: accepting?.backlog == null ? notObserved : `${accepting.backlog} asked`,
			tone: isCapped(row) ? 'waiting' : 'plain',
		},
		{name: 'half', text: formatCount(accepting?.halfOpen ?? null)},
		{
			name: 'drops',
			text: withRate(view.drops, accepting?.dropsPerSecond ?? null),
			tone: view.drops ? 'failed' : 'plain',
		},
		{name: 'accept', text: withRate(accepting?.accepted ?? null, accepting?.acceptedPerSecond ?? null)},
		{name: 'takes', text: accepting?.takes ?? notObserved},
	];
};

/** The kernel grants less than the program asked for. */
const isCapped = ({acceptQueue: accepting, kernel}: Row): boolean =>
	accepting?.backlog != null && kernel?.sendQ != null && kernel.sendQ < accepting.backlog;

const maxQueueText = ({acceptQueue: accepting}: Row, now: number): string => {
	if (accepting === null || accepting.queueMax === null) return notObserved;
	const when = accepting.queueMaxAt === null ? '' : `, ${formatAge(now - accepting.queueMaxAt)} ago`;
	return accepting.queueMax === 0 ? '0' : `${formatCount(accepting.queueMax)}${when}`;
};

const withRate = (count: number | null, perSecond: number | null): string =>
	perSecond === null ? formatCount(count) : `${formatCount(count)}  ${formatPerSecond(perSecond)}/s`;

const socketFields = (row: Row, view: KernelView, now: number): Field[] => [
	{
		name: 'peer',
		text: addressText(view.peer),
		agreement: row.process ? sameAddress(row.peer, view.peer) : null,
	},
	{name: 'state', text: `${view.state}${view.shutdown === null ? '' : ` ${view.shutdown}`}`},
	{name: 'Send-Q', text: formatBytes(view.sendQ)},
	{name: 'Recv-Q', text: formatBytes(view.recvQ)},
	...(row.kind === 'udp' || row.kind === 'unix' || view.state === 'UNCONN' ? [] : tcpFields(view, now)),
	...(view.drops ? [{name: 'drops', text: formatCount(view.drops), tone: 'failed'} as const] : []),
];

/** TCP info is asked for less often than the rest where there are many sockets: from this age on it says so. */
const staleInfoMs = 1500;

const tcpFields = ({info, infoSeenAt, seenAt, timer}: KernelView, now: number): Field[] => {
	const isStale = info !== null && infoSeenAt !== null && seenAt - infoSeenAt >= staleInfoMs;
	return [
		{name: 'timer', text: timerText(timer)},
		{name: 'rtt', text: info === null ? notObserved : rttText(info)},
		{
			name: 'cwnd',
			text: info === null ? notObserved : `${info.cwnd} ${sanitize(info.congestion ?? '')}`.trimEnd(),
		},
		{
			name: 'retrans',
			text: info === null ? notObserved : retransText(info),
			tone: info?.retransNow ? 'waiting' : 'plain',
		},
		{
			name: 'window',
			text: info?.peerWindow === 0 ? '0 (closed)' : formatBytes(info?.peerWindow ?? null),
			tone: info?.peerWindow === 0 ? 'waiting' : 'plain',
		},
		...(info === null ? [] : sendLimitFields(info)),
		...(isStale
			? [{name: 'info', text: `${formatDuration(now - infoSeenAt)} ago`, tone: 'waiting'} as const]
			: []),
	];
};

/** "1.7 ≥ 0.40 ms": now, and the least that was measured; a unit that both have is written once. */
const rttText = ({rttMs, minRttMs}: TcpInfo): string => {
	if (minRttMs === null) return formatMs(rttMs);
	const [now, least] = [formatMs(rttMs), formatMs(minRttMs)];
	return `${now.endsWith(' ms') && least.endsWith(' ms') ? now.slice(0, -3) : now} ≥ ${least}`;
};

/** "3 now 1 4.2k": so far, of which still under way, and the bytes so far. */
const retransText = ({retransTotal, retransNow, bytesRetrans}: TcpInfo): string =>
	[
		String(retransTotal),
		retransNow > 0 ? `now ${retransNow}` : '',
		bytesRetrans > 0 ? formatBytes(bytesRetrans) : '',
	]
		.filter(part => part !== '')
		.join('  ');

/** What it waited for while it had something to send, in parts of that time. */
const sendLimitFields = ({busyMs, rwndLimitedMs, sndbufLimitedMs}: TcpInfo): Field[] => {
	const part = (ms: number): string => `${Math.round((100 * Math.min(ms, busyMs)) / busyMs)}%`;
	if (busyMs <= 0 || (rwndLimitedMs <= 0 && sndbufLimitedMs <= 0)) return [];
	const parts = [
		rwndLimitedMs > 0 ? `rwnd ${part(rwndLimitedMs)}` : '',
		sndbufLimitedMs > 0 ? `buf ${part(sndbufLimitedMs)}` : '',
	];
	return [{name: 'held by', text: parts.filter(text => text !== '').join(', '), tone: 'waiting'}];
};

const addressText = (address: Address | null | undefined): string =>
	address == null ? notObserved : formatAddress(address);

const timerText = (timer: KernelTimer | null): string =>
	timer === null ? 'none' : `${timer.name} ${formatMs(timer.ms)}${timer.count > 0 ? ` ×${timer.count}` : ''}`;

const numberText = (value: number | null): string => (value === null ? notObserved : String(value));
