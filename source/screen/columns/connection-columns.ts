/** The columns of the connections table, as data. */
import type {KernelState} from '../../domain/row.ts';
import {cell, missingCell, type RowColumn} from '../table/cells.ts';
import {ageText, directionArrow, localText, peerText, processText, routeText} from './column-texts.ts';
import {numberColumns} from './figure-columns.ts';
import {severityColumn} from './severity-column.ts';
import {buffersColumn, flowColumn} from './spark-columns.ts';
import {stageCell} from './stage-cell.ts';

const shortStateNames: Partial<Record<KernelState, string>> = {
	'SYN-SENT': 'SYN-SNT',
	'SYN-RECV': 'SYN-RCV',
	'FIN-WAIT-1': 'FIN-W1',
	'FIN-WAIT-2': 'FIN-W2',
	'TIME-WAIT': 'TIME-W',
	'CLOSE-WAIT': 'CLOSE-W',
	'LAST-ACK': 'LASTACK',
};

export const connectionColumns: readonly RowColumn[] = [
	{
		id: 'process',
		title: 'process',
		description: 'the program and its process id',
		titles: ['process'],
		minWidth: 9,
		align: 'left',
		priority: 2,
		sortKeys: ['process'],
		toCell: (row, {width, ambiguousPrograms: twins}) => {
			if (row.pid === null) return missingCell;
			return cell(processText(row, width, !twins.has(row.program)));
		},
	},
	severityColumn(1),
	{
		id: 'stage',
		title: 'stage',
		description: 'where the connection stands, since when; what failed tells its code',
		titles: ['stage'],
		minWidth: 12,
		align: 'left',
		priority: 1,
		sortKeys: ['stage'],
		toCell: stageCell,
	},
	{
		id: 'local',
		title: 'local',
		description: 'its own address, or only the port where there is little room',
		titles: ['local'],
		minWidth: 5,
		align: 'right',
		truncatePosition: 'middle',
		noGapBefore: 'direction',
		priority: 3,
		sortKeys: ['local'],
		toCell: (row, {width}) => {
			if (row.local !== null) return cell(localText(row.local, width));
			// Against the arrow of a peer that is known the dash would be its shaft.
			return row.peer === null && row.host === null
				? missingCell
				: {...missingCell, text: `${missingCell.text} `};
		},
	},
	{
		id: 'direction',
		title: 'direction',
		description: '→ outbound, ← inbound, • listening, ? not known',
		titles: [''],
		minWidth: 1,
		align: 'left',
		noGapBefore: 'peer',
		priority: 1,
		sortKeys: ['role'],
		toCell: row => {
			const arrow = directionArrow(row);
			return cell(arrow, arrow === '?' ? 'faint' : 'progress');
		},
	},
	{
		id: 'peer',
		title: 'peer',
		description: 'the host that was asked for, the address and the port at the other end',
		titles: ['peer'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'middle',
		priority: 1,
		sortKeys: ['peer', 'host'],
		toCell: (row, {width}) => {
			const text = peerText(row, width);
			return text === null ? missingCell : cell(text, directionArrow(row) === '•' ? 'faint' : 'plain');
		},
	},
	{
		id: 'state',
		title: 'kernel',
		description: "the socket's state in the kernel, by ss's names",
		titles: ['kernel'],
		minWidth: 7,
		align: 'left',
		priority: 4,
		sortKeys: ['state'],
		toCell: ({kernel, closedAt}, {width}) => {
			if (kernel === null) return missingCell;
			if (kernel.state === 'UNCONN' && closedAt !== null) return cell('gone', 'faint');
			const short = width < kernel.state.length ? shortStateNames[kernel.state] : undefined;
			return cell(short ?? kernel.state);
		},
	},
	...numberColumns,
	flowColumn(10),
	buffersColumn(11),
	{
		id: 'route',
		title: 'route',
		description: 'device and source address by which it leaves, or why there is no way',
		titles: ['route'],
		minWidth: 13,
		align: 'left',
		priority: 9,
		sortKeys: ['route'],
		toCell: ({route}) => {
			if (route === null) return missingCell;
			return cell(routeText(route), route.error === null ? 'plain' : 'failed');
		},
	},
	{
		id: 'age',
		title: 'age',
		description: 'since it was opened; of a closed one how long it lived',
		titles: ['age'],
		minWidth: 4,
		align: 'right',
		priority: 10,
		sortKeys: ['age', 'opened'],
		invertedSortKey: 'opened',
		neverFlashes: true,
		toCell: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'label',
		title: 'request',
		description: 'the HTTP request that goes over it, or went last',
		titles: ['request'],
		minWidth: 12,
		align: 'left',
		priority: 11,
		toCell: row => (row.label === null ? missingCell : cell(row.label)),
	},
	{
		id: 'kind',
		title: 'kind',
		description: 'tcp, tls, udp or unix',
		titles: ['kind'],
		minWidth: 4,
		align: 'left',
		priority: 14,
		sortKeys: ['kind'],
		toCell: row => cell(row.kind),
	},
	{
		id: 'joined',
		title: 'joined by',
		description: "how its socket was found in the kernel's table: inode, cookie or tuple",
		titles: ['joined by', 'joined'],
		minWidth: 6,
		align: 'left',
		priority: 15,
		toCell: row => (row.joinedBy === null ? missingCell : cell(row.joinedBy)),
	},
	{
		id: 'site',
		title: 'made at',
		description: 'the place in the program that made it',
		titles: ['made at'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'start',
		priority: 16,
		toCell: row => (row.site === null ? missingCell : cell(row.site)),
	},
];
