/** The listeners table: its columns, as data, and what each gets of a wide terminal. */
import {formatAddress, formatAge, formatCount, formatPerSecond} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {type Cell, cell, figure, nothing, type RowColumn, type RowTable} from '../table/cells.ts';
import {ageText, firstFitting, othersText, processText} from './column-texts.ts';
import {foundColumn} from './severity-column.ts';
import {stageCell} from './stage-cell.ts';

/** The queue of connections that nobody has accepted holds one more than its limit when it is full. */
export const isFull = ({kernel}: Row): boolean =>
	kernel?.state === 'LISTEN' && kernel.recvQ !== null && kernel.sendQ !== null && kernel.recvQ > kernel.sendQ;

/** Connections that wait and how many may, "2/511"; a full queue carries a mark. */
const queueCell = (row: Row): Cell => {
	const {kernel} = row;
	if (kernel === null || kernel.state !== 'LISTEN') return {...nothing, text: `${nothing.text} `};
	const text = `${formatCount(kernel.recvQ)}/${formatCount(kernel.sendQ)}`;
	if (isFull(row)) return cell(`${text}!`, 'failed');
	return cell(`${text} `, kernel.recvQ ? 'plain' : 'faint');
};

/** The most that waited, and how long ago: "512 3s". */
const mostCell = ({acceptQueue: accepting}: Row, now: number): Cell => {
	if (accepting === null || accepting.queueMax === null) return nothing;
	const {queueMax, queueMaxAt} = accepting;
	if (queueMax === 0 || queueMaxAt === null) return figure(queueMax, formatCount);
	return {...cell(`${formatCount(queueMax)} ${formatAge(now - queueMaxAt)}`), tells: String(queueMax)};
};

/** What should be none: it stands out where there is any. */
const trouble = (value: number | null | undefined, format: (value: number) => string): Cell =>
	value ? cell(format(value), 'failed') : figure(value, format);

const families = {both: '4+6', IPv4: '4', IPv6: '6'} as const;

const columns: readonly RowColumn[] = [
	{
		id: 'process',
		title: 'process',
		description: 'the program and its process id',
		titles: ['process'],
		min: 9,
		align: 'left',
		priority: 3,
		sortedBy: ['process'],
		value: (row, {width, twins}) =>
			row.pid === null ? nothing : cell(processText(row, width, !twins.has(row.program))),
	},
	{
		id: 'address',
		title: 'listens on',
		description: 'the address and the port, or the path',
		titles: ['listens on', 'address'],
		min: 15,
		align: 'left',
		cut: 'middle',
		priority: 1,
		sortedBy: ['local'],
		value: ({local}) => (local === null ? nothing : cell(formatAddress(local))),
	},
	{
		id: 'takes',
		title: 'takes',
		description: 'connections of both IP families, or of one',
		titles: ['takes', 'IP'],
		min: 3,
		align: 'left',
		priority: 9,
		value: ({acceptQueue: accepting}, {width}) => {
			const takes = accepting?.takes;
			return takes ? cell(firstFitting([takes, families[takes]], width)) : nothing;
		},
	},
	foundColumn(5),
	{
		id: 'stage',
		title: 'stage',
		description: 'listening, closed or failed, since when; what failed tells its code',
		titles: ['stage'],
		min: 10,
		align: 'left',
		priority: 5,
		sortedBy: ['stage'],
		value: stageCell,
	},
	{
		id: 'queue',
		title: 'queue/limit',
		description: 'connections that nobody has accepted yet, of how many; ! when it is full',
		titles: ['queue/limit ', 'queue '],
		min: 8,
		align: 'right',
		priority: 2,
		sortedBy: ['recvq', 'sendq'],
		value: queueCell,
	},
	{
		id: 'most',
		title: 'at most',
		description: 'the most that waited in any look, and how long ago',
		titles: ['at most', 'most'],
		min: 7,
		align: 'right',
		priority: 6,
		sortedBy: ['queuemax'],
		value: (row, {now}) => mostCell(row, now),
	},
	{
		id: 'asked',
		title: 'backlog',
		description: 'the limit that listen() asked for',
		titles: ['backlog', 'asked'],
		min: 5,
		align: 'right',
		priority: 11,
		value: ({acceptQueue: accepting}) => figure(accepting?.backlog, formatCount),
	},
	{
		id: 'half-open',
		title: 'half-open',
		description: 'connections whose handshake is under way',
		titles: ['half-open', 'half'],
		min: 4,
		align: 'right',
		priority: 7,
		sortedBy: ['halfopen'],
		value: ({acceptQueue: accepting}) => figure(accepting?.halfOpen, formatCount),
	},
	{
		id: 'drops',
		title: 'drops',
		description: 'connections that the kernel turned away, its queue being full',
		titles: ['drops', 'drop'],
		min: 4,
		align: 'right',
		priority: 4,
		sortedBy: ['drops'],
		value: ({kernel}) => trouble(kernel?.drops, formatCount),
	},
	{
		id: 'drop-rate',
		title: 'drops/s',
		description: 'of these, a second',
		titles: ['drops/s', 'drop/s'],
		min: 6,
		align: 'right',
		priority: 13,
		value: ({acceptQueue: accepting}) => trouble(accepting?.dropsPerSecond, formatPerSecond),
	},
	{
		id: 'accepted',
		title: 'accepted',
		description: 'connections that the program has taken so far',
		titles: ['accepted', 'accept'],
		min: 6,
		align: 'right',
		priority: 15,
		sortedBy: ['accepted'],
		value: ({acceptQueue: accepting}) => figure(accepting?.accepted, formatCount),
	},
	{
		id: 'accept-rate',
		title: 'accept/s',
		description: 'of these, a second',
		titles: ['accept/s', 'acc/s'],
		min: 5,
		align: 'right',
		priority: 8,
		value: ({acceptQueue: accepting}) => figure(accepting?.acceptedPerSecond, formatPerSecond),
	},
	{
		id: 'connections',
		title: 'open/most',
		description: 'connections that are open, of maxConnections; ! when no more may come',
		titles: ['open/most', 'open'],
		min: 4,
		align: 'right',
		priority: 10,
		value: ({connections: serving}, {width}) => {
			if (serving === null) return nothing;
			const {connections, maxConnections} = serving;
			const count = formatCount(connections);
			if (maxConnections === null) return cell(count, connections === 0 ? 'faint' : 'plain');
			const atMost = connections >= maxConnections;
			const texts = [`${count}/${formatCount(maxConnections)}`, `${count}${atMost ? '!' : ''}`];
			return cell(firstFitting(texts, width), atMost ? 'waiting' : 'plain');
		},
	},
	{
		id: 'refused',
		title: 'refused',
		description: 'connections closed at once because of maxConnections',
		titles: ['refused'],
		min: 7,
		align: 'right',
		priority: 14,
		value: ({connections: serving}) => trouble(serving?.drops, formatCount),
	},
	{
		id: 'others',
		title: 'who else',
		description: 'other listening sockets on this port, of whatever process',
		titles: ['who else on this port', 'who else'],
		min: 16,
		align: 'left',
		priority: 12,
		value: ({acceptQueue: accepting}) => {
			if (accepting === null) return nothing;
			return accepting.others.length + accepting.moreOthers === 0
				? cell('nobody', 'faint')
				: cell(othersText(accepting));
		},
	},
	{
		id: 'kind',
		title: 'kind',
		description: 'tcp, tls, udp or unix',
		titles: ['kind'],
		min: 4,
		align: 'left',
		priority: 16,
		sortedBy: ['kind'],
		value: row => cell(row.kind),
	},
	{
		id: 'age',
		title: 'age',
		description: 'since it was opened; of a closed one how long it lived',
		titles: ['age'],
		min: 4,
		align: 'right',
		priority: 17,
		sortedBy: ['age', 'opened'],
		sortedAgainst: 'opened',
		isStill: true,
		value: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'site',
		title: 'made at',
		description: 'the place in the program that made it',
		titles: ['made at'],
		min: 14,
		align: 'left',
		cut: 'start',
		priority: 18,
		value: row => (row.site === null ? nothing : cell(row.site)),
	},
];

export const listenerTable: RowTable = {
	columns,
	growth: [
		{id: 'drops', to: 5},
		{id: 'takes', to: 4, whole: true},
		{id: 'process', to: 12},
		{gapOf: 'address', to: 2},
		{gapOf: 'process', to: 2},
		{id: 'queue', to: 12, whole: true},
		{id: 'process', to: 14},
		{id: 'stage', to: 14},
		{id: 'half-open', to: 9, whole: true},
		{id: 'asked', to: 7, whole: true},
		{id: 'others', to: 24},
		{id: 'address', to: 21},
		{id: 'takes', to: 5},
		{id: 'accepted', to: 8, whole: true},
		{id: 'accept-rate', to: 8, whole: true},
		{id: 'drop-rate', to: 7, whole: true},
		{id: 'connections', to: 9, whole: true},
		{id: 'process', to: 18},
		{id: 'others', to: 40},
		{id: 'address', to: 45},
		{id: 'site', to: 40},
		{gapOf: 'found', to: 1},
	],
	isOver,
};
