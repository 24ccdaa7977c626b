/** The kernel's view of a row, field by field: of a connection, a listener or a socket without TCP. Pure. */
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
import {tcpInfoEntries} from '../../domain/tcp-info-entries.ts';
import type {TcpInfoLine} from '../../domain/tcp-info-fields.ts';
import {sanitize} from '../../text/sanitize.ts';
import {isAcceptQueueFull} from '../columns/listeners.ts';
import {sameAddress} from './agreement.ts';
import type {DetailField} from './field.ts';

/** @param now ms since the epoch */
export const kernelFields = (row: Row, view: KernelView, now: number): DetailField[] => {
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

/** "0.9s ago"; "final, 0.9s ago" for a destroyed socket, of which no further snapshot follows. */
export const kernelFreshness = (view: KernelView, now: number): string =>
	`${view.final ? 'final, ' : ''}${formatDuration(now - view.seenAt)} ago`;

const listenerFields = (row: Row, view: KernelView, now: number): DetailField[] => {
	const {acceptQueue} = row;
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
			text: acceptQueue?.backlog == null ? notObserved : `${acceptQueue.backlog} asked`,
			tone: isCapped(row) ? 'waiting' : 'plain',
		},
		{name: 'half', text: formatCount(acceptQueue?.halfOpen ?? null)},
		{
			name: 'drops',
			text: withRate(view.drops, acceptQueue?.dropsPerSecond ?? null),
			tone: view.drops ? 'failed' : 'plain',
		},
		{name: 'accept', text: withRate(acceptQueue?.accepted ?? null, acceptQueue?.acceptedPerSecond ?? null)},
		{name: 'takes', text: acceptQueue?.takes ?? notObserved},
	];
};

/** The kernel's limit is lower than the backlog that was passed to listen(). */
const isCapped = ({acceptQueue, kernel}: Row): boolean =>
	acceptQueue?.backlog != null && kernel?.sendQ != null && kernel.sendQ < acceptQueue.backlog;

const maxQueueText = ({acceptQueue}: Row, now: number): string => {
	if (acceptQueue === null || acceptQueue.queueMax === null) return notObserved;
	const when = acceptQueue.queueMaxAt === null ? '' : `, ${formatAge(now - acceptQueue.queueMaxAt)} ago`;
	return acceptQueue.queueMax === 0 ? '0' : `${formatCount(acceptQueue.queueMax)}${when}`;
};

const withRate = (count: number | null, perSecond: number | null): string =>
	perSecond === null ? formatCount(count) : `${formatCount(count)}  ${formatPerSecond(perSecond)}/s`;

const socketFields = (row: Row, view: KernelView, now: number): DetailField[] => [
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

/** With many sockets TCP info is polled less often than the rest: its age is shown from this lag on. */
const staleInfoMs = 1500;

const tcpFields = ({info, infoSeenAt, seenAt, timer}: KernelView, now: number): DetailField[] => {
	const isStale = info !== null && infoSeenAt !== null && seenAt - infoSeenAt >= staleInfoMs;
	return [
		{name: 'timer', text: timerText(timer)},
		...tcpInfoEntries.flatMap(({line}) => (line === null ? [] : tcpInfoField(line, info))),
		...(isStale
			? [{name: 'info', text: `${formatDuration(now - infoSeenAt)} ago`, tone: 'waiting'} as const]
			: []),
	];
};

const tcpInfoField = (
	{name, text, isWaiting, isOptional}: TcpInfoLine,
	info: TcpInfo | null,
): DetailField[] => {
	if (info === null) return isOptional ? [] : [{name, text: notObserved}];
	const shown = text(info);
	return shown === null ? [] : [{name, text: shown, tone: isWaiting?.(info) ? 'waiting' : 'plain'}];
};

const addressText = (address: Address | null | undefined): string =>
	address == null ? notObserved : formatAddress(address);

const timerText = (timer: KernelTimer | null): string =>
	timer === null ? 'none' : `${timer.name} ${formatMs(timer.ms)}${timer.count > 0 ? ` ×${timer.count}` : ''}`;

const numberText = (value: number | null): string => (value === null ? notObserved : String(value));
