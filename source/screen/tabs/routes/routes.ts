/** The tables of the routes tab: destinations of the connections, and interfaces; columns as data. */

import {formatBytes, formatCount} from '../../../domain/format.ts';
import type {InterfaceView} from '../../../domain/view/namespace.ts';
import type {Destination} from '../../../query/destinations.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {firstThatFits} from '../../columns/column-texts.ts';
import {type Cell, type Column, cell, missingCell, numberCell, type TableSpec} from '../../table/cells.ts';
import type {Tone} from '../../theme/theme.ts';

/** An interface and the namespace that it is in. */
export type NamespacedInterface = {netns: string; view: InterfaceView};

const textCell = (value: string | null, tone: Tone = 'plain'): Cell =>
	value === null ? missingCell : cell(sanitize(value), tone);
const integerCell = (value: number | null): Cell => (value === null ? missingCell : cell(String(value)));

/** Shown with several namespaces: each has routes and interfaces of its own. */
const namespaceColumn = <Item extends {netns: string | null}>(priority: number): Column<Item> => ({
	id: 'namespace',
	titles: ['namespace', 'netns'],
	minWidth: 10,
	align: 'left',
	priority,
	toCell: ({netns}) => textCell(netns, 'faint'),
});

/** The kernel's error messages for missing routes, and their short forms for a narrow terminal. */
const shortRouteErrors: ReadonlyMap<string, string> = new Map([
	['Network is unreachable', 'unreachable'],
	['No route to host', 'no route'],
	['Permission denied', 'denied'],
	['Invalid argument', 'invalid'],
]);

const routeErrorText = (error: string, room: number): string =>
	firstThatFits([sanitize(error), shortRouteErrors.get(error) ?? sanitize(error)], room);

const destinationColumns: readonly Column<Destination>[] = [
	{
		id: 'destination',
		titles: ['destination'],
		minWidth: 15,
		align: 'left',
		truncatePosition: 'middle',
		priority: 1,
		toCell: ({dst}) => textCell(dst),
	},
	{
		id: 'sockets',
		titles: ['sockets', 'socks'],
		minWidth: 5,
		align: 'right',
		priority: 3,
		toCell: ({sockets}) => numberCell(sockets, formatCount),
	},
	{
		id: 'differs',
		titles: [''],
		minWidth: 1,
		align: 'left',
		priority: 4,
		toCell: ({sourceDiffers}) => cell(sourceDiffers ? '≠' : '', 'failed'),
	},
	{
		id: 'source',
		titles: ["sockets' source", 'source'],
		minWidth: 15,
		align: 'left',
		truncatePosition: 'middle',
		priority: 5,
		toCell: ({source, sourceDiffers}) => textCell(source, sourceDiffers ? 'waiting' : 'plain'),
	},
	{
		id: 'device',
		titles: ['device', 'dev'],
		minWidth: 8,
		align: 'left',
		priority: 2,
		toCell: ({dev, error}, {roomToLineEnd: room}) =>
			error === null ? textCell(dev) : {...cell(routeErrorText(error, room), 'failed'), spansRest: true},
	},
	{
		id: 'gateway',
		titles: ['gateway'],
		minWidth: 13,
		align: 'left',
		truncatePosition: 'middle',
		priority: 6,
		toCell: ({gateway, dev}) =>
			gateway === null && dev !== null ? cell('none', 'faint') : textCell(gateway),
	},
	{
		id: 'choice',
		titles: ["route's source", 'choice'],
		minWidth: 15,
		align: 'left',
		truncatePosition: 'middle',
		priority: 9,
		toCell: ({src, sourceDiffers}) => textCell(src, sourceDiffers ? 'waiting' : 'plain'),
	},
	{
		id: 'table',
		titles: ['table'],
		minWidth: 5,
		align: 'left',
		priority: 7,
		toCell: ({table}) => textCell(table),
	},
	{id: 'mtu', titles: ['mtu'], minWidth: 5, align: 'right', priority: 8, toCell: ({mtu}) => integerCell(mtu)},
];

/** @param hasSeveralNamespaces there is more than one namespace */
export const destinationTable = (hasSeveralNamespaces: boolean): TableSpec<Destination> => ({
	columns: hasSeveralNamespaces ? [...destinationColumns, namespaceColumn(4)] : destinationColumns,
	growth: [
		{id: 'device', toWidth: 12},
		{gapAfter: 'destination', toWidth: 2},
		{gapAfter: 'sockets', toWidth: 2},
		{gapAfter: 'device', toWidth: 2},
		{id: 'sockets', toWidth: 7, allOrNothing: true},
		{id: 'destination', toWidth: 24},
		{id: 'gateway', toWidth: 15},
		{id: 'source', toWidth: 24},
		{id: 'device', toWidth: 15},
		{id: 'choice', toWidth: 24},
		{id: 'table', toWidth: 9},
		{id: 'destination', toWidth: 39},
		{id: 'source', toWidth: 39},
		{id: 'gateway', toWidth: 39},
		{id: 'choice', toWidth: 39},
	],
});

const stateTone = (state: string): Tone => {
	if (state === 'UP') return 'good';
	return state === 'UNKNOWN' ? 'faint' : 'waiting';
};

/** "10.0.0.5/24 fe80::1/64", then "10.0.0.5/24 +1". */
const addressesText = (addresses: readonly string[], width: number): string => {
	const [first = '', ...others] = addresses.map(sanitize);
	if (others.length === 0) return first;
	return firstThatFits([[first, ...others].join(' '), `${first} +${others.length}`], width);
};

const sumOfKnown = (one: number | null, other: number | null): number | null =>
	one === null && other === null ? null : (one ?? 0) + (other ?? 0);

const interfaceColumns: readonly Column<NamespacedInterface>[] = [
	{
		id: 'interface',
		titles: ['interface'],
		minWidth: 10,
		align: 'left',
		priority: 1,
		toCell: ({view}) => textCell(view.name),
	},
	{
		id: 'state',
		titles: ['state'],
		minWidth: 7,
		align: 'left',
		priority: 2,
		toCell: ({view}) => textCell(view.state, stateTone(view.state)),
	},
	{
		id: 'kind',
		titles: ['kind'],
		minWidth: 9,
		align: 'left',
		priority: 5,
		toCell: ({view}) => (view.kind === null ? cell('hardware', 'faint') : textCell(view.kind)),
	},
	{
		id: 'addresses',
		titles: ['addresses'],
		minWidth: 18,
		align: 'left',
		priority: 3,
		toCell: ({view}, {width}) =>
			view.addresses.length === 0 ? cell('none', 'faint') : cell(addressesText(view.addresses, width)),
	},
	{
		id: 'mtu',
		titles: ['mtu'],
		minWidth: 5,
		align: 'right',
		priority: 6,
		toCell: ({view}) => integerCell(view.mtu),
	},
	{
		id: 'in',
		titles: ['in/s'],
		minWidth: 5,
		align: 'right',
		priority: 4,
		toCell: ({view}) => numberCell(view.inBps),
	},
	{
		id: 'out',
		titles: ['out/s'],
		minWidth: 5,
		align: 'right',
		priority: 4,
		toCell: ({view}) => numberCell(view.outBps),
	},
	{
		id: 'dropped',
		titles: ['dropped', 'drops'],
		minWidth: 5,
		align: 'right',
		priority: 7,
		toCell: ({view}) => numberCell(sumOfKnown(view.inDropped, view.outDropped), formatCount),
	},
	{
		id: 'errors',
		titles: ['errors', 'errs'],
		minWidth: 4,
		align: 'right',
		priority: 8,
		toCell: ({view}) => numberCell(sumOfKnown(view.inErrors, view.outErrors), formatCount),
	},
	{
		id: 'master',
		titles: ['part of'],
		minWidth: 7,
		align: 'left',
		priority: 9,
		toCell: ({view}) => textCell(view.master),
	},
	{
		id: 'in-bytes',
		titles: ['in'],
		minWidth: 5,
		align: 'right',
		priority: 10,
		toCell: ({view}) => numberCell(view.inBytes, formatBytes),
	},
	{
		id: 'out-bytes',
		titles: ['out'],
		minWidth: 5,
		align: 'right',
		priority: 11,
		toCell: ({view}) => numberCell(view.outBytes, formatBytes),
	},
];

/** @param hasSeveralNamespaces there is more than one namespace */
export const interfaceTable = (hasSeveralNamespaces: boolean): TableSpec<NamespacedInterface> => ({
	columns: hasSeveralNamespaces ? [...interfaceColumns, namespaceColumn(3)] : interfaceColumns,
	growth: [
		{id: 'interface', toWidth: 15},
		{gapAfter: 'interface', toWidth: 2},
		{id: 'addresses', toWidth: 32},
		{id: 'kind', toWidth: 10},
		{gapAfter: 'errors', toWidth: 2},
		{id: 'dropped', toWidth: 7, allOrNothing: true},
		{id: 'errors', toWidth: 6, allOrNothing: true},
		{id: 'addresses', toWidth: 70},
		{id: 'master', toWidth: 15},
		{id: 'state', toWidth: 14},
	],
});
