/** The columns of the connections table, as data. */
import {formatBytes, formatCount} from '../../model/format.ts';
import type {KernelState, Row} from '../../model/types.ts';
import {stageTone} from '../theme.ts';
import {type Cell, type Column, cell, figure, nothing, withMark} from './cells.ts';
import {ageText, arrowOf, localText, peerText, processText, routeText, stageText} from './column-texts.ts';
import {foundColumn} from './found-column.ts';

export const isOver = (row: Row): boolean => row.stage === 'closed' || row.stage === 'failed';

/** A figure with a place for a mark behind it. */
const marked = (value: number | null | undefined, mark: string | false | null | undefined): Cell =>
	withMark(figure(value), mark);

const shortStates: Partial<Record<KernelState, string>> = {
	'SYN-SENT': 'SYN-SNT',
	'SYN-RECV': 'SYN-RCV',
	'FIN-WAIT-1': 'FIN-W1',
	'FIN-WAIT-2': 'FIN-W2',
	'TIME-WAIT': 'TIME-W',
	'CLOSE-WAIT': 'CLOSE-W',
	'LAST-ACK': 'LASTACK',
};

/** A listener's queues are counts of connections, everybody else's are bytes. */
const queue = (row: Row, value: number | null | undefined): Cell =>
	figure(value, row.kernel?.state === 'LISTEN' ? formatCount : formatBytes);

const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
	a == null && b == null ? null : (a ?? 0) + (b ?? 0);

export const columns: readonly Column<Row>[] = [
	{
		id: 'process',
		titles: ['process'],
		min: 9,
		align: 'left',
		priority: 2,
		sortedBy: ['process'],
		value: (row, {width, twins}) => {
			if (row.pid === null) return nothing;
			return cell(processText(row, width, !twins.has(row.program)));
		},
	},
	foundColumn(1),
	{
		id: 'stage',
		titles: ['stage'],
		min: 12,
		align: 'left',
		priority: 1,
		sortedBy: ['stage'],
		value: (row, {now, width}) => cell(stageText(row, now, width), stageTone(row.stage)),
	},
	{
		id: 'local',
		titles: ['local'],
		min: 5,
		align: 'right',
		cut: 'start',
		gap: 0,
		priority: 3,
		sortedBy: ['local'],
		value: (row, {width}) => (row.local === null ? nothing : cell(localText(row.local, width))),
	},
	{
		id: 'direction',
		titles: [''],
		min: 1,
		align: 'left',
		gap: 0,
		priority: 1,
		sortedBy: ['role'],
		value: row => {
			const arrow = arrowOf(row);
			return cell(arrow, arrow === '?' ? 'faint' : 'progress');
		},
	},
	{
		id: 'peer',
		titles: ['peer'],
		min: 14,
		align: 'left',
		cut: 'middle',
		priority: 1,
		sortedBy: ['peer', 'host'],
		value: (row, {width}) => {
			const text = peerText(row, width);
			return text === null ? nothing : cell(text, arrowOf(row) === '•' ? 'faint' : 'plain');
		},
	},
	{
		id: 'state',
		titles: ['kernel'],
		min: 7,
		align: 'left',
		priority: 4,
		sortedBy: ['state'],
		value: ({kernel, closedAt}, {width}) => {
			if (kernel === null) return nothing;
			if (kernel.state === 'UNCONN' && closedAt !== null) return cell('gone', 'faint');
			const short = width < kernel.state.length ? shortStates[kernel.state] : undefined;
			return cell(short ?? kernel.state);
		},
	},
	{
		id: 'out',
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
		titles: ['Send-Q', 'SndQ'],
		min: 4,
		align: 'right',
		priority: 6,
		sortedBy: ['sendq'],
		value: row => queue(row, row.kernel?.sendQ),
	},
	{
		id: 'recvq',
		titles: ['Recv-Q', 'RcvQ'],
		min: 4,
		align: 'right',
		priority: 6,
		sortedBy: ['recvq'],
		value: row => queue(row, row.kernel?.recvQ),
	},
	{
		id: 'bytes',
		titles: ['bytes', 'data'],
		min: 4,
		align: 'right',
		priority: 7,
		until: 'received',
		value: ({process}) => figure(sum(process?.bytesRead, process?.bytesWritten)),
	},
	{
		id: 'sent',
		titles: ['sent'],
		min: 4,
		align: 'right',
		priority: 12,
		sortedBy: ['out'],
		value: ({process}) => figure(process?.bytesWritten),
	},
	{
		id: 'received',
		titles: ['rcvd'],
		min: 4,
		align: 'right',
		priority: 13,
		sortedBy: ['in'],
		value: ({process}) => figure(process?.bytesRead),
	},
	{
		id: 'out-rate',
		titles: ['out/s'],
		min: 5,
		align: 'right',
		priority: 8,
		sortedBy: ['rate'],
		value: row => figure(row.outBps),
	},
	{
		id: 'in-rate',
		titles: ['in/s'],
		min: 5,
		align: 'right',
		priority: 8,
		sortedBy: ['rate'],
		value: row => figure(row.inBps),
	},
	{
		id: 'route',
		titles: ['route'],
		min: 13,
		align: 'left',
		priority: 9,
		sortedBy: ['route'],
		value: ({route}) => {
			if (route === null) return nothing;
			return cell(routeText(route), route.error === null ? 'plain' : 'failed');
		},
	},
	{
		id: 'age',
		titles: ['age'],
		min: 4,
		align: 'right',
		priority: 10,
		sortedBy: ['age', 'opened'],
		sortedAgainst: 'opened',
		value: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'label',
		titles: ['request'],
		min: 12,
		align: 'left',
		priority: 11,
		value: row => (row.label === null ? nothing : cell(row.label)),
	},
	{
		id: 'kind',
		titles: ['kind'],
		min: 4,
		align: 'left',
		priority: 14,
		sortedBy: ['kind'],
		value: row => cell(row.kind),
	},
	{
		id: 'joined',
		titles: ['joined by', 'joined'],
		min: 6,
		align: 'left',
		priority: 15,
		value: row => (row.joinedBy === null ? nothing : cell(row.joinedBy)),
	},
	{
		id: 'site',
		titles: ['made at'],
		min: 14,
		align: 'left',
		cut: 'start',
		priority: 16,
		value: row => (row.site === null ? nothing : cell(row.site)),
	},
];
