/** The three views of a row, field by field, and the fields in which two of them agree. Pure. */
import {
	formatAddress,
	formatBytes,
	formatCount,
	formatDuration,
	formatMs,
	formatRate,
	notObserved,
} from '../../domain/format.ts';
import {gatewayText, isDirect} from '../../domain/route.ts';
import type {ConnectionsView, ProcessView, RouteView, Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {sameAddress, sameIpAddress} from './agreement.ts';
import type {DetailField} from './field.ts';
import {kernelFields, kernelFreshness} from './kernel-fields.ts';

export type View = {
	title: string;
	/** The age of the view, or the reason why it is empty. */
	freshness: string;
	fields: readonly DetailField[];
};

/** @param now ms since the epoch */
export const rowViews = (row: Row, now: number): readonly [View, View, View] => [
	{
		title: 'process',
		freshness: processFreshness(row, now),
		fields: [
			...(row.connections ? connectionCountFields(row.connections) : []),
			...(row.process ? processFields(row, row.process) : []),
		],
	},
	{
		title: 'kernel',
		freshness: row.kernel ? kernelFreshness(row.kernel, now) : 'not seen',
		fields: row.kernel ? kernelFields(row, row.kernel, now) : [],
	},
	{
		title: 'route',
		freshness: row.route ? '' : noRouteText(row),
		fields: row.route ? routeFields(row, row.route) : [],
	},
];

const processFreshness = (row: Row, now: number): string => {
	if (row.native) return "not Node's: native code holds it";
	return row.process === null && row.connections !== null ? '' : freshnessText(row.process, now);
};

const freshnessText = (view: {seenAt: number} | null, now: number): string =>
	view === null ? 'not seen' : `${formatDuration(now - view.seenAt)} ago`;

const processFields = (row: Row, view: ProcessView): DetailField[] => [
	{name: 'local', text: formatAddress(row.local), agreement: sameAddress(row.local, row.kernel?.local)},
	{name: 'peer', text: formatAddress(row.peer), agreement: sameAddress(row.peer, row.kernel?.peer)},
	{name: 'state', text: stateText(view)},
	{
		name: 'out',
		text: `${formatBytes(view.writableLength)}/${formatBytes(view.writableHighWaterMark)}${view.needDrain ? ' ! drain' : ''}`,
		tone: view.needDrain ? 'waiting' : 'plain',
	},
	{name: 'queued', text: queuedText(view)},
	{
		name: 'in',
		text: `${formatBytes(view.readableLength)}${notReadingText(view)}`,
		tone: view.reading === false ? 'waiting' : 'plain',
	},
	{name: 'sent', text: withRate(view.bytesWritten, row.outBps)},
	{name: 'rcvd', text: withRate(view.bytesRead, row.inBps)},
	{name: 'timeout', text: view.timeoutMs === 0 ? 'none' : formatMs(view.timeoutMs)},
	{name: 'ref', text: yesNo(view.referenced)},
	{
		name: 'errors',
		text: view.errorListeners === 0 ? 'no listener' : `${numberText(view.errorListeners)} listening`,
		tone: view.errorListeners === 0 ? 'waiting' : 'plain',
	},
];

const connectionCountFields = ({connections, maxConnections, drops}: ConnectionsView): DetailField[] => [
	{
		name: 'open',
		text: `${formatCount(connections)} of ${maxConnections === null ? 'any number' : formatCount(maxConnections)}`,
		tone: maxConnections !== null && connections >= maxConnections ? 'waiting' : 'plain',
	},
	{name: 'refused', text: formatCount(drops), tone: drops > 0 ? 'failed' : 'plain'},
];

const queuedText = ({writeQueueSize, writeQueueCount}: ProcessView): string =>
	`${formatBytes(writeQueueSize)}${writeQueueCount ? `  ${formatCount(writeQueueCount)} datagrams` : ''}`;

const notReadingText = ({paused, reading}: ProcessView): string => {
	if (paused) return ' ‖ paused';
	return reading === false ? ' no reader' : '';
};

const withRate = (bytes: number | null, bytesPerSecond: number | null): string =>
	bytesPerSecond === null ? formatBytes(bytes) : `${formatBytes(bytes)}  ${formatRate(bytesPerSecond)}`;

const stateText = ({readyState, pending}: ProcessView): string =>
	`${readyState === null ? notObserved : sanitize(readyState)}${pending ? ', pending' : ''}`;

const noRouteText = ({role}: Row): string => (role === 'listener' ? 'none: it listens' : 'not asked');

const routeFields = (row: Row, route: RouteView): DetailField[] => {
	const asked: DetailField[] = [
		{name: 'to', text: sanitize(route.dst), agreement: sameIpAddress(route.dst, row.peer)},
		...(route.from === null ? [] : [{name: 'from', text: sanitize(route.from)}]),
	];
	if (route.error !== null)
		return [...asked, {name: 'error', text: sanitize(route.error), tone: 'failed', wraps: true}];
	return [
		...asked,
		{name: 'dev', text: textOrUnknown(route.dev)},
		// The source that the kernel would choose, compared with the one that the socket has.
		{name: 'src', text: textOrUnknown(route.src), agreement: sameIpAddress(route.src, row.local)},
		{
			name: 'gateway',
			text: isDirect(route) ? 'none' : textOrUnknown(gatewayText(route)),
		},
		{name: 'table', text: textOrUnknown(route.table)},
		...(route.rule === undefined ? [] : [{name: 'rule', text: sanitize(route.rule), wraps: true as const}]),
		{name: 'mtu', text: numberText(route.mtu)},
	];
};

const numberText = (value: number | null): string => (value === null ? notObserved : String(value));
const textOrUnknown = (text: string | null): string => (text === null ? notObserved : sanitize(text));
const yesNo = (value: boolean | null): string => (value === null ? notObserved : value ? 'yes' : 'no');
