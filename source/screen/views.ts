/** The three views of a row, field by field, and where two of them say the same of one thing. Pure. */
import {
	formatAddress,
	formatBytes,
	formatCount,
	formatDuration,
	formatMs,
	formatRate,
	unknown,
} from '../model/format.ts';
import {clean} from '../model/text.ts';
import type {Address, KernelTimer, KernelView, ProcessView, RouteView, Row} from '../model/types.ts';
import type {Tone} from './theme.ts';

/** Whether another view says the same: null where no other view knows. */
export type Agreement = boolean | null;

export type Field = {name: string; text: string; tone?: Tone; agrees?: Agreement};

export type View = {
	title: string;
	/** How old it is, or why it is empty. */
	seen: string;
	fields: readonly Field[];
};

/** @param now ms since the epoch */
export const threeViews = (row: Row, now: number): readonly [View, View, View] => [
	{
		title: 'process',
		seen: seenText(row.process, now),
		fields: row.process ? processFields(row, row.process) : [],
	},
	{title: 'kernel', seen: seenText(row.kernel, now), fields: row.kernel ? kernelFields(row, row.kernel) : []},
	{title: 'route', seen: row.route ? '' : 'not asked', fields: row.route ? routeFields(row, row.route) : []},
];

const seenText = (view: {seenAt: number} | null, now: number): string =>
	view === null ? 'not seen' : `${formatDuration(now - view.seenAt)} ago`;

const processFields = (row: Row, view: ProcessView): Field[] => [
	{name: 'local', text: formatAddress(row.local), agrees: sameEnd(row.local, row.kernel?.local)},
	{name: 'peer', text: formatAddress(row.peer), agrees: sameEnd(row.peer, row.kernel?.peer)},
	{name: 'state', text: stateText(view)},
	{
		name: 'out',
		text: `${formatBytes(view.writableLength)}/${formatBytes(view.writableHighWaterMark)}${view.needDrain ? ' ! drain' : ''}`,
		tone: view.needDrain ? 'waiting' : 'plain',
	},
	{name: 'queued', text: queuedText(view)},
	{
		name: 'in',
		text: `${formatBytes(view.readableLength)}${notRead(view)}`,
		tone: view.reading === false ? 'waiting' : 'plain',
	},
	{name: 'sent', text: withRate(view.bytesWritten, row.outBps)},
	{name: 'rcvd', text: withRate(view.bytesRead, row.inBps)},
	{name: 'timeout', text: view.timeoutMs === 0 ? 'none' : formatMs(view.timeoutMs)},
	{name: 'ref', text: yesNo(view.referenced)},
	{
		name: 'errors',
		text: view.errorListeners === 0 ? 'nobody listens' : `${plain(view.errorListeners)} listening`,
		tone: view.errorListeners === 0 ? 'waiting' : 'plain',
	},
];

const queuedText = ({writeQueueSize, writeQueueCount}: ProcessView): string =>
	`${formatBytes(writeQueueSize)}${writeQueueCount ? `  ${formatCount(writeQueueCount)} datagrams` : ''}`;

const notRead = ({paused, reading}: ProcessView): string => {
	if (paused) return ' ‖ paused';
	return reading === false ? ' nobody reads' : '';
};

const withRate = (bytes: number | null, bytesPerSecond: number | null): string =>
	bytesPerSecond === null ? formatBytes(bytes) : `${formatBytes(bytes)}  ${formatRate(bytesPerSecond)}`;

const stateText = ({readyState, pending}: ProcessView): string =>
	`${readyState === null ? unknown : clean(readyState)}${pending ? ', pending' : ''}`;

const kernelFields = (row: Row, view: KernelView): Field[] => {
	const queue = view.state === 'LISTEN' ? formatCount : formatBytes;
	return [
		{name: 'local', text: tuple(view.local), agrees: row.process ? sameEnd(row.local, view.local) : null},
		{name: 'peer', text: tuple(view.peer), agrees: row.process ? sameEnd(row.peer, view.peer) : null},
		{name: 'state', text: view.state},
		{name: 'Send-Q', text: queue(view.sendQ)},
		{name: 'Recv-Q', text: queue(view.recvQ)},
		{name: 'timer', text: timerText(view.timer)},
		{name: 'rtt', text: `${formatMs(view.info?.rttMs ?? null)}  cwnd ${plain(view.info?.cwnd ?? null)}`},
		{
			name: 'retrans',
			text: `${plain(view.info?.retransTotal ?? null)} (now ${plain(view.info?.retransNow ?? null)})`,
		},
		{
			name: 'window',
			text: view.info?.peerWindow === 0 ? '0 (closed)' : formatBytes(view.info?.peerWindow ?? null),
			tone: view.info?.peerWindow === 0 ? 'waiting' : 'plain',
		},
		{name: 'inode', text: `${plain(view.inode)}  sk ${orUnknown(view.cookie)}`},
	];
};

const routeFields = (row: Row, route: RouteView): Field[] => {
	if (route.error !== null) {
		return [
			{name: 'to', text: clean(route.dst)},
			{name: 'error', text: clean(route.error), tone: 'failed'},
		];
	}
	return [
		{name: 'to', text: clean(route.dst), agrees: sameHost(route.dst, row.peer)},
		{name: 'dev', text: orUnknown(route.dev)},
		{name: 'src', text: orUnknown(route.src), agrees: sameHost(route.src, row.local)},
		{name: 'gateway', text: orUnknown(route.gateway)},
		{name: 'table', text: orUnknown(route.table)},
		{name: 'mtu', text: plain(route.mtu)},
	];
};

/** Same address and port; null where one of the two is not known. */
const sameEnd = (one: Address | null, other: Address | null | undefined): Agreement => {
	if (one === null || other == null) return null;
	if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path;
	return one.port === other.port && bare(one.address) === bare(other.address);
};

const sameHost = (address: string | null, end: Address | null): Agreement =>
	address === null || end === null || 'path' in end ? null : bare(address) === bare(end.address);

const wildcards: ReadonlySet<string> = new Set(['*', '::', '0.0.0.0']);

/** One spelling: an IPv4 address mapped into IPv6 is itself, a scope is left out, wildcards are one. */
const bare = (address: string): string => {
	const plainAddress = address
		.toLowerCase()
		.replace(/^::ffff:(?=\d+\.)/, '')
		.replace(/%.*$/, '');
	return wildcards.has(plainAddress) ? '*' : plainAddress;
};

const tuple = (address: Address | null | undefined): string =>
	address == null ? unknown : formatAddress(address);

const timerText = (timer: KernelTimer | null): string =>
	timer === null ? 'none' : `${timer.name} ${formatMs(timer.ms)}${timer.count > 0 ? ` ×${timer.count}` : ''}`;

const plain = (value: number | null): string => (value === null ? unknown : String(value));
const orUnknown = (text: string | null): string => (text === null ? unknown : clean(text));
const yesNo = (value: boolean | null): string => (value === null ? unknown : value ? 'yes' : 'no');
