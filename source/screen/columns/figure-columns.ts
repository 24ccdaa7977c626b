/** The figures of the connections table: buffers, queues, bytes and rates, as data. */
import {formatBytes, formatCount} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {type RowColumn, withMark} from '../table/cells.ts';
import {fieldColumn} from './field-column.ts';

/** A listener's queues count connections, all other queues count bytes. */
const queueFormat = (row: Row): ((value: number) => string) =>
	row.kernel?.state === 'LISTEN' ? formatCount : formatBytes;

export const numberColumns: readonly RowColumn[] = [
	fieldColumn('jsout', {
		titles: ['js out ', 'out '],
		minWidth: 5,
		gap: 0,
		priority: 5,
		adorn: (shown, {process}) => withMark(shown, process?.needDrain && '!'),
	}),
	fieldColumn('jsin', {
		titles: ['js in ', 'in '],
		minWidth: 5,
		gap: 0,
		priority: 5,
		adorn: (shown, {process}) => withMark(shown, process?.paused && '‖'),
	}),
	fieldColumn('sendq', {
		titles: ['Send-Q', 'SndQ'],
		minWidth: 4,
		priority: 6,
		formatOf: queueFormat,
	}),
	fieldColumn('recvq', {
		titles: ['Recv-Q', 'RcvQ'],
		minWidth: 4,
		priority: 6,
		formatOf: queueFormat,
	}),
	fieldColumn('bytes', {
		titles: ['bytes', 'data'],
		minWidth: 4,
		priority: 7,
		replacedBy: 'received',
		neverFlashes: true,
	}),
	fieldColumn('sent', {
		titles: ['sent'],
		minWidth: 4,
		priority: 12,
		neverFlashes: true,
	}),
	fieldColumn('received', {
		titles: ['rcvd'],
		minWidth: 4,
		priority: 13,
		neverFlashes: true,
	}),
	fieldColumn('sentrate', {
		titles: ['out/s'],
		minWidth: 5,
		priority: 8,
		sortKeys: ['rate'],
		neverFlashes: true,
	}),
	fieldColumn('receivedrate', {
		titles: ['in/s'],
		minWidth: 5,
		priority: 8,
		sortKeys: ['rate'],
		neverFlashes: true,
	}),
];
