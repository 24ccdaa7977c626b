/** The listeners table: its columns, as data, and what each gets of a wide terminal. */
import {formatAddress, formatAge, formatCount, formatPerSecond} from '../../model/format.ts';
import type {Row} from '../../model/types.ts';
import {stageTone} from '../theme.ts';
import {type Cell, type Column, cell, figure, nothing, type TableSpec} from './cells.ts';
import {ageText, firstFitting, othersText, processText, stageText} from './column-texts.ts';
import {isOver} from './columns.ts';
import {foundColumn} from './found-column.ts';

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
const mostCell = ({accepting}: Row, now: number): Cell => {
	if (accepting === null || accepting.queueMax === null) return nothing;
	const {queueMax, queueMaxAt} = accepting;
	if (queueMax === 0 || queueMaxAt === null) return figure(queueMax, formatCount);
	return cell(`${formatCount(queueMax)} ${formatAge(now - queueMaxAt)}`);
};

/** What should be none: it stands out where there is any. */
const trouble = (value: number | null | undefined, format: (value: number) => string): Cell =>
	value ? cell(format(value), 'failed') : figure(value, format);

const families = {both: '4+6', IPv4: '4', IPv6: '6'} as const;

const columns: readonly Column<Row>[] = [
	{
		id: 'process',
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
		titles: ['listens on', 'address'],
		min: 15,
		align: 'left',
		cut: 'start',
		priority: 1,
		sortedBy: ['local'],
		value: ({local}) => (local === null ? nothing : cell(formatAddress(local))),
	},
	{
		id: 'takes',
		titles: ['takes', 'IP'],
		min: 3,
		align: 'left',
		priority: 9,
		value: ({accepting}, {width}) => {
			const takes = accepting?.takes;
			return takes ? cell(firstFitting([takes, families[takes]], width)) : nothing;
		},
	},
	foundColumn(5),
	{
		id: 'stage',
		titles: ['stage'],
		min: 10,
		align: 'left',
		priority: 5,
		sortedBy: ['stage'],
		value: (row, {now, width}) => cell(stageText(row, now, width), stageTone(row.stage)),
	},
	{
		id: 'queue',
		titles: ['queue/limit ', 'queue '],
		min: 8,
		align: 'right',
		priority: 2,
		sortedBy: ['recvq', 'sendq'],
		value: queueCell,
	},
	{
		id: 'most',
		titles: ['at most', 'most'],
		min: 7,
		align: 'right',
		priority: 6,
		sortedBy: ['queuemax'],
		value: (row, {now}) => mostCell(row, now),
	},
	{
		id: 'asked',
		titles: ['backlog', 'asked'],
		min: 5,
		align: 'right',
		priority: 11,
		value: ({accepting}) => figure(accepting?.backlog, formatCount),
	},
	{
		id: 'half-open',
		titles: ['half-open', 'half'],
		min: 4,
		align: 'right',
		priority: 7,
		sortedBy: ['halfopen'],
		value: ({accepting}) => figure(accepting?.halfOpen, formatCount),
	},
	{
		id: 'drops',
		titles: ['drops', 'drop'],
		min: 4,
		align: 'right',
		priority: 4,
		sortedBy: ['drops'],
		value: ({kernel}) => trouble(kernel?.drops, formatCount),
	},
	{
		id: 'drop-rate',
		titles: ['drops/s', 'drop/s'],
		min: 6,
		align: 'right',
		priority: 13,
		value: ({accepting}) => trouble(accepting?.dropsPerSecond, formatPerSecond),
	},
	{
		id: 'accepted',
		titles: ['accepted', 'accept'],
		min: 6,
		align: 'right',
		priority: 15,
		sortedBy: ['accepted'],
		value: ({accepting}) => figure(accepting?.accepted, formatCount),
	},
	{
		id: 'accept-rate',
		titles: ['accept/s', 'acc/s'],
		min: 5,
		align: 'right',
		priority: 8,
		value: ({accepting}) => figure(accepting?.acceptedPerSecond, formatPerSecond),
	},
	{
		id: 'connections',
		titles: ['open/most', 'open'],
		min: 4,
		align: 'right',
		priority: 10,
		value: ({serving}, {width}) => {
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
		titles: ['refused'],
		min: 7,
		align: 'right',
		priority: 14,
		value: ({serving}) => trouble(serving?.drops, formatCount),
	},
	{
		id: 'others',
		titles: ['who else on this port', 'who else'],
		min: 16,
		align: 'left',
		priority: 12,
		value: ({accepting}) => {
			if (accepting === null) return nothing;
			return accepting.others.length + accepting.moreOthers === 0
				? cell('nobody', 'faint')
				: cell(othersText(accepting));
		},
	},
	{
		id: 'kind',
		titles: ['kind'],
		min: 4,
		align: 'left',
		priority: 16,
		sortedBy: ['kind'],
		value: row => cell(row.kind),
	},
	{
		id: 'age',
		titles: ['age'],
		min: 4,
		align: 'right',
		priority: 17,
		sortedBy: ['age', 'opened'],
		sortedAgainst: 'opened',
		value: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'site',
		titles: ['made at'],
		min: 14,
		align: 'left',
		cut: 'start',
		priority: 18,
		value: row => (row.site === null ? nothing : cell(row.site)),
	},
];

export const listenerTable: TableSpec<Row> = {
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
