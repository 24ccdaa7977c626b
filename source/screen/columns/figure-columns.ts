/** The figures of the connections table: buffers, queues, bytes and rates, as data. */
import {formatBytes, formatCount} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {type Cell, numberCell, type RowColumn, withMark} from '../table/cells.ts';

/** A figure with a place for a mark behind it. */
const numberCellWithMark = (
	value: number | null | undefined,
	mark: string | false | null | undefined,
): Cell => withMark(numberCell(value), mark);

/** A listener's queues are counts of connections, everybody else's are bytes. */
const queueCell = (row: Row, value: number | null | undefined): Cell =>
	numberCell(value, row.kernel?.state === 'LISTEN' ? formatCount : formatBytes);

const sumOfKnown = (a: number | null | undefined, b: number | null | undefined): number | null =>
	a == null && b == null ? null : (a ?? 0) + (b ?? 0);

export const numberColumns: readonly RowColumn[] = [
	{
		id: 'out',
		title: 'js out',
		description: "bytes that wait in JavaScript to be written; ! while 'drain' is awaited",
		titles: ['js out ', 'out '],
		minWidth: 5,
		align: 'right',
		gap: 0,
		priority: 5,
		sortKeys: ['jsout'],
		toCell: ({process}) => numberCellWithMark(process?.writableLength, process?.needDrain && '!'),
	},
	{
		id: 'in',
		title: 'js in',
		description: 'bytes that wait in JavaScript to be read; ‖ while it is paused',
		titles: ['js in ', 'in '],
		minWidth: 5,
		align: 'right',
		gap: 0,
		priority: 5,
		sortKeys: ['jsin'],
		toCell: ({process}) => numberCellWithMark(process?.readableLength, process?.paused && '‖'),
	},
	{
		id: 'sendq',
		title: 'Send-Q',
		description: 'bytes not acknowledged by the peer; of a listener the limit of its queue',
		titles: ['Send-Q', 'SndQ'],
		minWidth: 4,
		align: 'right',
		priority: 6,
		sortKeys: ['sendq'],
		toCell: row => queueCell(row, row.kernel?.sendQ),
	},
	{
		id: 'recvq',
		title: 'Recv-Q',
		description: 'bytes received and not read; of a listener who waits in its queue',
		titles: ['Recv-Q', 'RcvQ'],
		minWidth: 4,
		align: 'right',
		priority: 6,
		sortKeys: ['recvq'],
		toCell: row => queueCell(row, row.kernel?.recvQ),
	},
	{
		id: 'bytes',
		title: 'bytes',
		description: 'read and written together; gives way to sent and rcvd',
		titles: ['bytes', 'data'],
		minWidth: 4,
		align: 'right',
		priority: 7,
		replacedBy: 'received',
		neverFlashes: true,
		toCell: ({process}) => numberCell(sumOfKnown(process?.bytesRead, process?.bytesWritten)),
	},
	{
		id: 'sent',
		title: 'sent',
		description: 'bytes written so far',
		titles: ['sent'],
		minWidth: 4,
		align: 'right',
		priority: 12,
		sortKeys: ['out'],
		neverFlashes: true,
		toCell: ({process}) => numberCell(process?.bytesWritten),
	},
	{
		id: 'received',
		title: 'rcvd',
		description: 'bytes read so far',
		titles: ['rcvd'],
		minWidth: 4,
		align: 'right',
		priority: 13,
		sortKeys: ['in'],
		neverFlashes: true,
		toCell: ({process}) => numberCell(process?.bytesRead),
	},
	{
		id: 'out-rate',
		title: 'out/s',
		description: 'bytes a second, written',
		titles: ['out/s'],
		minWidth: 5,
		align: 'right',
		priority: 8,
		sortKeys: ['rate'],
		neverFlashes: true,
		toCell: row => numberCell(row.outBps),
	},
	{
		id: 'in-rate',
		title: 'in/s',
		description: 'bytes a second, read',
		titles: ['in/s'],
		minWidth: 5,
		align: 'right',
		priority: 8,
		sortKeys: ['rate'],
		neverFlashes: true,
		toCell: row => numberCell(row.inBps),
	},
];
