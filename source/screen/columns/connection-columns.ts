/** The columns of the connections table, as data. */
import type {KernelState} from '../../domain/row.ts';
import {cell, nothing, type RowColumn} from '../table/cells.ts';
import {ageText, arrowOf, localText, peerText, processText, routeText} from './column-texts.ts';
import {figureColumns} from './figure-columns.ts';
import {foundColumn} from './severity-column.ts';
import {buffersColumn, flowColumn} from './spark-columns.ts';
import {stageCell} from './stage-cell.ts';

const shortStates: Partial<Record<KernelState, string>> = {
	'SYN-SENT': 'SYN-SNT',
	'SYN-RECV': 'SYN-RCV',
	'FIN-WAIT-1': 'FIN-W1',
	'FIN-WAIT-2': 'FIN-W2',
	'TIME-WAIT': 'TIME-W',
	'CLOSE-WAIT': 'CLOSE-W',
	'LAST-ACK': 'LASTACK',
};

export const columns: readonly RowColumn[] = [
	{
		id: 'process',
		title: 'process',
		description: 'the program and its process id',
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
		title: 'stage',
		description: 'where the connection stands, since when; what failed tells its code',
		titles: ['stage'],
		min: 12,
		align: 'left',
		priority: 1,
		sortedBy: ['stage'],
		value: stageCell,
	},
	{
		id: 'local',
		title: 'local',
		description: 'its own address, or only the port where there is little room',
		titles: ['local'],
		min: 5,
		align: 'right',
		cut: 'middle',
		hugs: 'direction',
		priority: 3,
		sortedBy: ['local'],
		value: (row, {width}) => {
			if (row.local !== null) return cell(localText(row.local, width));
			// Against the arrow of a peer that is known the dash would be its shaft.
			return row.peer === null && row.host === null ? nothing : {...nothing, text: `${nothing.text} `};
		},
	},
	{
		id: 'direction',
		title: 'direction',
		description: '→ outbound, ← inbound, • listening, ? not known',
		titles: [''],
		min: 1,
		align: 'left',
		hugs: 'peer',
		priority: 1,
		sortedBy: ['role'],
		value: row => {
			const arrow = arrowOf(row);
			return cell(arrow, arrow === '?' ? 'faint' : 'progress');
		},
	},
	{
		id: 'peer',
		title: 'peer',
		description: 'the host that was asked for, the address and the port at the other end',
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
		title: 'kernel',
		description: "the socket's state in the kernel, by ss's names",
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
	...figureColumns,
	flowColumn(10),
	buffersColumn(11),
	{
		id: 'route',
		title: 'route',
		description: 'device and source address by which it leaves, or why there is no way',
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
		title: 'age',
		description: 'since it was opened; of a closed one how long it lived',
		titles: ['age'],
		min: 4,
		align: 'right',
		priority: 10,
		sortedBy: ['age', 'opened'],
		sortedAgainst: 'opened',
		isStill: true,
		value: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	},
	{
		id: 'label',
		title: 'request',
		description: 'the HTTP request that goes over it, or went last',
		titles: ['request'],
		min: 12,
		align: 'left',
		priority: 11,
		value: row => (row.label === null ? nothing : cell(row.label)),
	},
	{
		id: 'kind',
		title: 'kind',
		description: 'tcp, tls, udp or unix',
		titles: ['kind'],
		min: 4,
		align: 'left',
		priority: 14,
		sortedBy: ['kind'],
		value: row => cell(row.kind),
	},
	{
		id: 'joined',
		title: 'joined by',
		description: "how its socket was found in the kernel's table: inode, cookie or tuple",
		titles: ['joined by', 'joined'],
		min: 6,
		align: 'left',
		priority: 15,
		value: row => (row.joinedBy === null ? nothing : cell(row.joinedBy)),
	},
	{
		id: 'site',
		title: 'made at',
		description: 'the place in the program that made it',
		titles: ['made at'],
		min: 14,
		align: 'left',
		cut: 'start',
		priority: 16,
		value: row => (row.site === null ? nothing : cell(row.site)),
	},
];
