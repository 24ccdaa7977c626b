/** The three views of a row, field by field, and where two of them say the same of one thing. Pure. */
import {
	formatAddress,
	formatBytes,
	formatCount,
	formatDuration,
	formatMs,
	formatRate,
	notObserved,
} from '../../domain/format.ts';
import type {ConnectionsView, ProcessView, RouteView, Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {sameEnd, sameHost} from './agreement.ts';
import type {Field} from './field.ts';
import {kernelFields, kernelSeen} from './kernel-fields.ts';

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
		seen: row.process === null && row.connections !== null ? '' : seenText(row.process, now),
		fields: [
			...(row.connections ? servingFields(row.connections) : []),
			...(row.process ? processFields(row, row.process) : []),
		],
	},
	{
		title: 'kernel',
		seen: row.kernel ? kernelSeen(row.kernel, now) : 'not seen',
		fields: row.kernel ? kernelFields(row, row.kernel, now) : [],
	},
	{
		title: 'route',
		seen: row.route ? '' : routeMissing(row),
		fields: row.route ? routeFields(row, row.route) : [],
	},
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

const servingFields = ({connections, maxConnections, drops}: ConnectionsView): Field[] => [
	{
		name: 'open',
		text: `${formatCount(connections)} of ${maxConnections === null ? 'any number' : formatCount(maxConnections)}`,
		tone: maxConnections !== null && connections >= maxConnections ? 'waiting' : 'plain',
	},
	{name: 'refused', text: formatCount(drops), tone: drops > 0 ? 'failed' : 'plain'},
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
	`${readyState === null ? notObserved : sanitize(readyState)}${pending ? ', pending' : ''}`;

const routeMissing = ({role}: Row): string => (role === 'listener' ? 'none: it listens' : 'not asked');

const routeFields = (row: Row, route: RouteView): Field[] => {
	const asked: Field[] = [
		{name: 'to', text: sanitize(route.dst), agrees: sameHost(route.dst, row.peer)},
		...(route.from === null ? [] : [{name: 'from', text: sanitize(route.from)}]),
	];
	if (route.error !== null)
		return [...asked, {name: 'error', text: sanitize(route.error), tone: 'failed', wraps: true}];
	return [
		...asked,
		{name: 'dev', text: orUnknown(route.dev)},
		// The source that the kernel would choose, beside the one that the socket has.
		{name: 'src', text: orUnknown(route.src), agrees: sameHost(route.src, row.local)},
		{name: 'gateway', text: route.gateway === null && route.dev !== null ? 'none' : orUnknown(route.gateway)},
		{name: 'table', text: orUnknown(route.table)},
		{name: 'mtu', text: plain(route.mtu)},
	];
};

const plain = (value: number | null): string => (value === null ? notObserved : String(value));
const orUnknown = (text: string | null): string => (text === null ? notObserved : sanitize(text));
const yesNo = (value: boolean | null): string => (value === null ? notObserved : value ? 'yes' : 'no');
