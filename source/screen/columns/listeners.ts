/** The listeners table: its columns, as data, and what each gets of a wide terminal. */
import {formatAddress, formatAge, formatCount, formatPerSecond} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {type Cell, cell, missingCell, numberCell, type RowColumn, type RowTable} from '../table/cells.ts';
import {ageText, firstThatFits, otherListenersText, processText} from './column-texts.ts';
import {severityColumn} from './severity-column.ts';
import {stageCell} from './stage-cell.ts';

/** The queue of connections that nobody has accepted holds one more than its limit when it is full. */
export const isAcceptQueueFull = ({kernel}: Row): boolean =>
	kernel?.state === 'LISTEN' && kernel.recvQ !== null && kernel.sendQ !== null && kernel.recvQ > kernel.sendQ;

/** Connections that wait and how many may, "2/511"; a full queue carries a mark. */
const queueCell = (row: Row): Cell => {
	const {kernel} = row;
	if (kernel === null || kernel.state !== 'LISTEN') return {...missingCell, text: `${missingCell.text} `};
	const text = `${formatCount(kernel.recvQ)}/${formatCount(kernel.sendQ)}`;
	if (isAcceptQueueFull(row)) return cell(`${text}!`, 'failed');
	return cell(`${text} `, kernel.recvQ ? 'plain' : 'faint');
};

/** The most that waited, and how long ago: "512 3s". */
const maxQueueCell = ({acceptQueue: accepting}: Row, now: number): Cell => {
	if (accepting === null || accepting.queueMax === null) return missingCell;
	const {queueMax, queueMaxAt} = accepting;
	if (queueMax === 0 || queueMaxAt === null) return numberCell(queueMax, formatCount);
	return {...cell(`${formatCount(queueMax)} ${formatAge(now - queueMaxAt)}`), changeKey: String(queueMax)};
};

/** What should be none: it stands out where there is any. */
const failureCountCell = (value: number | null | undefined, format: (value: number) => string): Cell =>
	value ? cell(format(value), 'failed') : numberCell(value, format);

const familyLabels = {both: '4+6', IPv4: '4', IPv6: '6'} as const;

const listenerColumns: readonly RowColumn[] = [
	{
		id: 'process',
		title: 'process',
		description: 'the program and its process id',
		titles: ['process'],
		minWidth: 9,
		align: 'left',
		priority: 3,
		sortKeys: ['process'],
		toCell: (row, {width, ambiguousPrograms: twins}) =>
			row.pid === null ? missingCell : cell(processText(row, width, !twins.has(row.program))),
	},
	{
		id: 'address',
		title: 'listens on',
		description: 'the address and the port, or the path',
		titles: ['listens on', 'address'],
		minWidth: 15,
		align: 'left',
		truncatePosition: 'middle',
		priority: 1,
		sortKeys: ['local'],
		toCell: ({local}) => (local === null ? missingCell : cell(formatAddress(local))),
	},
	{
		id: 'takes',
		title: 'takes',
		description: 'connections of both IP families, or of one',
		titles: ['takes', 'IP'],
		minWidth: 3,
		align: 'left',
		priority: 9,
		toCell: ({acceptQueue: accepting}, {width}) => {
			const takes = accepting?.takes;
			return takes ? cell(firstThatFits([takes, familyLabels[takes]], width)) : missingCell;
		},
	},
	severityColumn(5),
	{
		id: 'stage',
		title: 'stage',
		description: 'listening, closed or failed, since when; what failed tells its code',
		titles: ['stage'],
		minWidth: 10,
		align: 'left',
		priority: 5,
		sortKeys: ['stage'],
		toCell: stageCell,
	},
	{
		id: 'queue',
		title: 'queue/limit',
		description: 'connections that nobody has accepted yet, of how many; ! when it is full',
		titles: ['queue/limit ', 'queue '],
		minWidth: 8,
		align: 'right',
		priority: 2,
		sortKeys: ['recvq', 'sendq'],
		toCell: queueCell,
	},
	{
		id: 'most',
		title: 'at most',
		description: 'the most that waited in any look, and how long ago',
		titles: ['at most', 'most'],
		minWidth: 7,
		align: 'right',
		priority: 6,
		sortKeys: ['queuemax'],
		toCell: (row, {now}) => maxQueueCell(row, now),
	},
	{
		id: 'asked',
		title: 'backlog',
		description: 'the limit that listen() asked for',
		titles: ['backlog', 'asked'],
		minWidth: 5,
		align: 'right',
		priority: 11,
		toCell: ({acceptQueue: accepting}) => numberCell(accepting?.backlog, formatCount),
	},
	{
		id: 'half-open',
		title: 'half-open',
		description: 'connections whose handshake is under way',
		titles: ['half-open', 'half'],
		minWidth: 4,
		align: 'right',
		priority: 7,
		sortKeys: ['halfopen'],
		toCell: ({acceptQueue: accepting}) => numberCell(accepting?.halfOpen, formatCount),
	},
	{
		id: 'drops',
		title: 'drops',
		description: 'connections that the kernel turned away, its queue being full',
		titles: ['drops', 'drop'],
		minWidth: 4,
		align: 'right',
		priority: 4,
		sortKeys: ['drops'],
		toCell: ({kernel}) => failureCountCell(kernel?.drops, formatCount),
	},
	{
		id: 'drop-rate',
		title: 'drops/s',
		description: 'of these, a second',
		titles: ['drops/s', 'drop/s'],
		minWidth: 6,
		align: 'right',
		priority: 13,
		toCell: ({acceptQueue: accepting}) => failureCountCell(accepting?.dropsPerSecond, formatPerSecond),
	},
	{
		id: 'accepted',
		title: 'accepted',
		description: 'connections that the program has taken so far',
		titles: ['accepted', 'accept'],
		minWidth: 6,
		align: 'right',
		priority: 15,
		sortKeys: ['accepted'],
		toCell: ({acceptQueue: accepting}) => numberCell(accepting?.accepted, formatCount),
	},
	{
		id: 'accept-rate',
		title: 'accept/s',
		description: 'of these, a second',
		titles: ['accept/s', 'acc/s'],
		minWidth: 5,
		align: 'right',
		priority: 8,
		toCell: ({acceptQueue: accepting}) => numberCell(accepting?.acceptedPerSecond, formatPerSecond),
	},
	{
		id: 'connections',
		title: 'open/most',
		description: 'connections that are open, of maxConnections; ! when no more may come',
		titles: ['open/most', 'open'],
		minWidth: 4,
		align: 'right',
		priority: 10,
		toCell: ({connections: serving}, {width}) => {
			if (serving === null) return missingCell;
			const {connections, maxConnections} = serving;
			const count = formatCount(connections);
			if (maxConnections === null) return cell(count, connections === 0 ? 'faint' : 'plain');
			const isAtLimit = connections >= maxConnections;
			const texts = [`${count}/${formatCount(maxConnections)}`, `${count}${isAtLimit ? '!' : ''}`];
			return cell(firstThatFits(texts, width), isAtLimit ? 'waiting' : 'plain');
		},
	},
	{
		id: 'refused',
		title: 'refused',
		description: 'connections closed at once because of maxConnections',
		titles: ['refused'],
		minWidth: 7,
		align: 'right',
		priority: 14,
		toCell: ({connections: serving}) => failureCountCell(serving?.drops, formatCount),
	},
	{
		id: 'others',
		title: 'who else',
		description: 'other listening sockets on this port, of whatever process',
		titles: ['who else on this port', 'who else'],
		minWidth: 16,
		align: 'left',
		priority: 12,
		toCell: ({acceptQueue: accepting}) => {
			if (accepting === null) return missingCell;
			return accepting.others.length + accepting.moreOthers === 0
				? cell('nobody', 'faint')
				: cell(otherListenersText(accepting));
		},
	},
	{
		id: 'kind',
		title: 'kind',
		description: 'tcp, tls, udp or unix',
		titles: ['kind'],
		minWidth: 4,
		align: 'left',
		priority: 16,
		sortKeys: ['kind'],
		toCell: row => cell(row.kind),
	},
	{
		id: 'age',
		title: 'age',
		description: 'since it was opened; of a closed one how long it lived',
		titles: ['age'],
		minWidth: 4,
		align: 'right',
		priority: 17,
		sortKeys: ['age', 'opened'],
		invertedSortKey: 'opened',
		neverFlashes: true,
		toCell: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'site',
		title: 'made at',
		description: 'the place in the program that made it',
		titles: ['made at'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'start',
		priority: 18,
		toCell: row => (row.site === null ? missingCell : cell(row.site)),
	},
];

export const listenerTable: RowTable = {
	columns: listenerColumns,
	growth: [
		{id: 'drops', toWidth: 5},
		{id: 'takes', toWidth: 4, allOrNothing: true},
		{id: 'process', toWidth: 12},
		{gapAfter: 'address', toWidth: 2},
		{gapAfter: 'process', toWidth: 2},
		{id: 'queue', toWidth: 12, allOrNothing: true},
		{id: 'process', toWidth: 14},
		{id: 'stage', toWidth: 14},
		{id: 'half-open', toWidth: 9, allOrNothing: true},
		{id: 'asked', toWidth: 7, allOrNothing: true},
		{id: 'others', toWidth: 24},
		{id: 'address', toWidth: 21},
		{id: 'takes', toWidth: 5},
		{id: 'accepted', toWidth: 8, allOrNothing: true},
		{id: 'accept-rate', toWidth: 8, allOrNothing: true},
		{id: 'drop-rate', toWidth: 7, allOrNothing: true},
		{id: 'connections', toWidth: 9, allOrNothing: true},
		{id: 'process', toWidth: 18},
		{id: 'others', toWidth: 40},
		{id: 'address', toWidth: 45},
		{id: 'site', toWidth: 40},
		{gapAfter: 'found', toWidth: 1},
	],
	isOver,
};
