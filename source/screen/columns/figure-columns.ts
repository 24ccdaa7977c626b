/** The figures of the connections table: buffers, queues, bytes and rates, as data. */
import {formatBytes, formatCount} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {type Cell, figure, type RowColumn, withMark} from '../table/cells.ts';

/** A figure with a place for a mark behind it. */
const marked = (value: number | null | undefined, mark: string | false | null | undefined): Cell =>
	withMark(figure(value), mark);

/** A listener's queues are counts of connections, everybody else's are bytes. */
const queue = (row: Row, value: number | null | undefined): Cell =>
	figure(value, row.kernel?.state === 'LISTEN' ? formatCount : formatBytes);

const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
	a == null && b == null ? null : (a ?? 0) + (b ?? 0);

export const figureColumns: readonly RowColumn[] = [
	{
		id: 'out',
		title: 'js out',
		description: "bytes that wait in JavaScript to be written; ! while 'drain' is awaited",
		titles: ['js out ', 'out '],
		min: 5,
		align: 'right',
		gap: 0,
		priority: 5,
		sortedBy: ['jsout'],
		value: ({process}) => marked(process?.writableLength, process?.needDrain && '!'),
	},
	{
		id: 'in',
		title: 'js in',
		description: 'bytes that wait in JavaScript to be read; ‖ while it is paused',
		titles: ['js in ', 'in '],
		min: 5,
		align: 'right',
		gap: 0,
		priority: 5,
		sortedBy: ['jsin'],
		value: ({process}) => marked(process?.readableLength, process?.paused && '‖'),
	},
	{
		id: 'sendq',
		title: 'Send-Q',
		description: 'bytes not acknowledged by the peer; of a listener the limit of its queue',
		titles: ['Send-Q', 'SndQ'],
		min: 4,
		align: 'right',
		priority: 6,
		sortedBy: ['sendq'],
		value: row => queue(row, row.kernel?.sendQ),
	},
	{
		id: 'recvq',
		title: 'Recv-Q',
		description: 'bytes received and not read; of a listener who waits in its queue',
		titles: ['Recv-Q', 'RcvQ'],
		min: 4,
		align: 'right',
		priority: 6,
		sortedBy: ['recvq'],
		value: row => queue(row, row.kernel?.recvQ),
	},
	{
		id: 'bytes',
		title: 'bytes',
		description: 'read and written together; gives way to sent and rcvd',
		titles: ['bytes', 'data'],
		min: 4,
		align: 'right',
		priority: 7,
		until: 'received',
		isStill: true,
		value: ({process}) => figure(sum(process?.bytesRead, process?.bytesWritten)),
	},
	{
		id: 'sent',
		title: 'sent',
		description: 'bytes written so far',
		titles: ['sent'],
		min: 4,
		align: 'right',
		priority: 12,
		sortedBy: ['out'],
		isStill: true,
		value: ({process}) => figure(process?.bytesWritten),
	},
	{
		id: 'received',
		title: 'rcvd',
		description: 'bytes read so far',
		titles: ['rcvd'],
		min: 4,
		align: 'right',
		priority: 13,
		sortedBy: ['in'],
		isStill: true,
		value: ({process}) => figure(process?.bytesRead),
	},
	{
		id: 'out-rate',
		title: 'out/s',
		description: 'bytes a second, written',
		titles: ['out/s'],
		min: 5,
		align: 'right',
		priority: 8,
		sortedBy: ['rate'],
		isStill: true,
		value: row => figure(row.outBps),
	},
	{
		id: 'in-rate',
		title: 'in/s',
		description: 'bytes a second, read',
		titles: ['in/s'],
		min: 5,
		align: 'right',
		priority: 8,
		sortedBy: ['rate'],
		isStill: true,
		value: row => figure(row.inBps),
	},
];
