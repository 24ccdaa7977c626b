/** The listeners table: its columns, as data, and their growth on a wide terminal. */
import {fields} from '../../domain/fields/index.ts';
import {formatAge, formatCount} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {type Cell, cell, missingCell, numberCell, type RowColumn, type RowTable} from '../table/cells.ts';
import {ageText, firstThatFits, otherListenersText, processText} from './column-texts.ts';
import {fieldColumn, withFieldColumns} from './field-column.ts';
import {severityColumn} from './severity-column.ts';
import {stageCell} from './stage-cell.ts';

/** A full accept queue holds one connection more than its limit. */
export const isAcceptQueueFull = ({kernel}: Row): boolean =>
	kernel?.state === 'LISTEN' && kernel.recvQ !== null && kernel.sendQ !== null && kernel.recvQ > kernel.sendQ;

/** The accept queue and its limit, "2/511"; a full queue has a mark. */
const queueCell = (row: Row): Cell => {
	const {kernel} = row;
	if (kernel === null || kernel.state !== 'LISTEN') return {...missingCell, text: `${missingCell.text} `};
	const text = `${formatCount(kernel.recvQ)}/${formatCount(kernel.sendQ)}`;
	if (isAcceptQueueFull(row)) return cell(`${text}!`, 'failed');
	return cell(`${text} `, kernel.recvQ ? 'plain' : 'faint');
};

/** The largest accept queue and its age: "512 3s". */
const maxQueueCell = ({acceptQueue}: Row, now: number): Cell => {
	if (acceptQueue === null || acceptQueue.queueMax === null) return missingCell;
	const {queueMax, queueMaxAt} = acceptQueue;
	if (queueMax === 0 || queueMaxAt === null) return numberCell(queueMax, formatCount);
	return {...cell(`${formatCount(queueMax)} ${formatAge(now - queueMaxAt)}`), changeKey: String(queueMax)};
};

/** Highlights a count that should be zero; a zero and a missing value stay faint. */
const emphasizeFailures = (shown: Cell): Cell =>
	shown.tone === 'plain' ? {...shown, tone: 'failed'} : shown;

const familyLabels = {both: '4+6', IPv4: '4', IPv6: '6'} as const;

const designedColumns: readonly RowColumn[] = [
	fieldColumn('process', {
		titles: ['process'],
		minWidth: 9,
		align: 'left',
		priority: 3,
		toCell: (row, {width, ambiguousPrograms}) =>
			row.pid === null ? missingCell : cell(processText(row, width, !ambiguousPrograms.has(row.program))),
	}),
	fieldColumn('local', {
		title: 'listens on',
		description: 'the address and the port, or the path',
		titles: ['listens on', 'address'],
		minWidth: 15,
		align: 'left',
		truncatePosition: 'middle',
		priority: 1,
	}),
	fieldColumn('takes', {
		titles: ['takes', 'IP'],
		minWidth: 3,
		align: 'left',
		priority: 9,
		toCell: ({acceptQueue}, {width}) => {
			const takes = acceptQueue?.takes;
			return takes ? cell(firstThatFits([takes, familyLabels[takes]], width)) : missingCell;
		},
	}),
	severityColumn(5),
	fieldColumn('stage', {
		description: 'listening, closed or failed, since when; what failed shows its code',
		titles: ['stage'],
		minWidth: 10,
		align: 'left',
		priority: 5,
		toCell: stageCell,
	}),
	{
		id: 'queue',
		title: 'queue/limit',
		description: 'connections not accepted yet, of how many; ! when it is full',
		titles: ['queue/limit ', 'queue '],
		minWidth: 8,
		align: 'right',
		priority: 2,
		sortKeys: ['recvq', 'sendq'],
		toCell: queueCell,
	},
	fieldColumn('queuemax', {
		titles: ['at most', 'most'],
		minWidth: 7,
		priority: 6,
		toCell: (row, {now}) => maxQueueCell(row, now),
	}),
	fieldColumn('backlog', {
		titles: ['backlog', 'asked'],
		minWidth: 5,
		priority: 11,
	}),
	fieldColumn('halfopen', {
		titles: ['half-open', 'half'],
		minWidth: 4,
		priority: 7,
	}),
	fieldColumn('drops', {
		titles: ['drops', 'drop'],
		minWidth: 4,
		priority: 4,
		adorn: emphasizeFailures,
	}),
	fieldColumn('droprate', {
		titles: ['drops/s', 'drop/s'],
		minWidth: 6,
		priority: 13,
		adorn: emphasizeFailures,
	}),
	fieldColumn('accepted', {
		titles: ['accepted', 'accept'],
		minWidth: 6,
		priority: 15,
	}),
	fieldColumn('acceptrate', {
		titles: ['accept/s', 'acc/s'],
		minWidth: 5,
		priority: 8,
	}),
	fieldColumn('connections', {
		titles: ['open/most', 'open'],
		minWidth: 4,
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
	}),
	fieldColumn('refused', {
		titles: ['refused'],
		minWidth: 7,
		priority: 14,
		adorn: emphasizeFailures,
	}),
	{
		id: 'others',
		title: 'others',
		description: 'other listening sockets on this port, of whatever process',
		titles: ['others on this port', 'others'],
		minWidth: 16,
		align: 'left',
		priority: 12,
		toCell: ({acceptQueue}) => {
			if (acceptQueue === null) return missingCell;
			return acceptQueue.others.length + acceptQueue.moreOthers === 0
				? cell('none', 'faint')
				: cell(otherListenersText(acceptQueue));
		},
	},
	fieldColumn('kind', {
		titles: ['kind'],
		minWidth: 4,
		align: 'left',
		priority: 16,
	}),
	fieldColumn('age', {
		titles: ['age'],
		minWidth: 4,
		align: 'right',
		priority: 17,
		sortKeys: ['age', 'opened'],
		invertedSortKey: 'opened',
		toCell: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	}),
	fieldColumn('site', {
		titles: ['made at'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'start',
		priority: 18,
	}),
];

export const listenerTable: RowTable = {
	columns: withFieldColumns('listeners', designedColumns, fields),
	growth: [
		{id: 'drops', toWidth: 5},
		{id: 'takes', toWidth: 4, allOrNothing: true},
		{id: 'process', toWidth: 12},
		{gapAfter: 'local', toWidth: 2},
		{gapAfter: 'process', toWidth: 2},
		{id: 'queue', toWidth: 12, allOrNothing: true},
		{id: 'process', toWidth: 14},
		{id: 'stage', toWidth: 14},
		{id: 'halfopen', toWidth: 9, allOrNothing: true},
		{id: 'backlog', toWidth: 7, allOrNothing: true},
		{id: 'others', toWidth: 24},
		{id: 'local', toWidth: 21},
		{id: 'takes', toWidth: 5},
		{id: 'accepted', toWidth: 8, allOrNothing: true},
		{id: 'acceptrate', toWidth: 8, allOrNothing: true},
		{id: 'droprate', toWidth: 7, allOrNothing: true},
		{id: 'connections', toWidth: 9, allOrNothing: true},
		{id: 'process', toWidth: 18},
		{id: 'others', toWidth: 40},
		{id: 'local', toWidth: 45},
		{id: 'site', toWidth: 40},
		{gapAfter: 'severity', toWidth: 1},
	],
	isOver,
};
