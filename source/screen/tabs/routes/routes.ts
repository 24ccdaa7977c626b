/** The tables of the routes tab: where the connections lead, and the interfaces that they pass; columns as data. */

import {formatBytes, formatCount} from '../../../domain/format.ts';
import type {InterfaceView} from '../../../domain/view/namespace.ts';
import type {Destination} from '../../../query/destinations.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {firstFitting} from '../../columns/column-texts.ts';
import {type Cell, type Column, cell, figure, nothing, type TableSpec} from '../../table/cells.ts';
import type {Tone} from '../../theme/theme.ts';

/** An interface and the namespace that it is in. */
export type PlacedInterface = {netns: string; seen: InterfaceView};

const text = (value: string | null, tone: Tone = 'plain'): Cell =>
	value === null ? nothing : cell(sanitize(value), tone);
const plainNumber = (value: number | null): Cell => (value === null ? nothing : cell(String(value)));

/** Shown where there are several: each has routes and interfaces of its own. */
const namespaceColumn = <Item extends {netns: string | null}>(priority: number): Column<Item> => ({
	id: 'namespace',
	titles: ['namespace', 'netns'],
	min: 10,
	align: 'left',
	priority,
	value: ({netns}) => text(netns, 'faint'),
});

/** The kernel's words for why there is no way, and a word of them for a narrow terminal. */
const shortRefusals: ReadonlyMap<string, string> = new Map([
	['Network is unreachable', 'unreachable'],
	['No route to host', 'no route'],
	['Permission denied', 'denied'],
	['Invalid argument', 'invalid'],
]);

const refusalText = (error: string, room: number): string =>
	firstFitting([sanitize(error), shortRefusals.get(error) ?? sanitize(error)], room);

const destinationColumns: readonly Column<Destination>[] = [
	{
		id: 'destination',
		titles: ['destination'],
		min: 15,
		align: 'left',
		cut: 'middle',
		priority: 1,
		value: ({dst}) => text(dst),
	},
	{
		id: 'sockets',
		titles: ['sockets', 'socks'],
		min: 5,
		align: 'right',
		priority: 3,
		value: ({sockets}) => figure(sockets, formatCount),
	},
	{
		id: 'differs',
		titles: [''],
		min: 1,
		align: 'left',
		priority: 4,
		value: ({sourceDiffers}) => cell(sourceDiffers ? '≠' : '', 'failed'),
	},
	{
		id: 'source',
		titles: ["sockets' source", 'source'],
		min: 15,
		align: 'left',
		cut: 'middle',
		priority: 5,
		value: ({source, sourceDiffers}) => text(source, sourceDiffers ? 'waiting' : 'plain'),
	},
	{
		id: 'device',
		titles: ['device', 'dev'],
		min: 8,
		align: 'left',
		priority: 2,
		value: ({dev, error}, {room}) =>
			error === null ? text(dev) : {...cell(refusalText(error, room), 'failed'), spansRest: true},
	},
	{
		id: 'gateway',
		titles: ['gateway'],
		min: 13,
		align: 'left',
		cut: 'middle',
		priority: 6,
		value: ({gateway, dev}) => (gateway === null && dev !== null ? cell('none', 'faint') : text(gateway)),
	},
	{
		id: 'choice',
		titles: ["route's source", 'choice'],
		min: 15,
		align: 'left',
		cut: 'middle',
		priority: 9,
		value: ({src, sourceDiffers}) => text(src, sourceDiffers ? 'waiting' : 'plain'),
	},
	{id: 'table', titles: ['table'], min: 5, align: 'left', priority: 7, value: ({table}) => text(table)},
	{id: 'mtu', titles: ['mtu'], min: 5, align: 'right', priority: 8, value: ({mtu}) => plainNumber(mtu)},
];

/** @param several there is more than one namespace */
export const destinationTable = (several: boolean): TableSpec<Destination> => ({
	columns: several ? [...destinationColumns, namespaceColumn(4)] : destinationColumns,
	growth: [
		{id: 'device', to: 12},
		{gapOf: 'destination', to: 2},
		{gapOf: 'sockets', to: 2},
		{gapOf: 'device', to: 2},
		{id: 'sockets', to: 7, whole: true},
		{id: 'destination', to: 24},
		{id: 'gateway', to: 15},
		{id: 'source', to: 24},
		{id: 'device', to: 15},
		{id: 'choice', to: 24},
		{id: 'table', to: 9},
		{id: 'destination', to: 39},
		{id: 'source', to: 39},
		{id: 'gateway', to: 39},
		{id: 'choice', to: 39},
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
	return firstFitting([[first, ...others].join(' '), `${first} +${others.length}`], width);
};

const sum = (one: number | null, other: number | null): number | null =>
	one === null && other === null ? null : (one ?? 0) + (other ?? 0);

const interfaceColumns: readonly Column<PlacedInterface>[] = [
	{
		id: 'interface',
		titles: ['interface'],
		min: 10,
		align: 'left',
		priority: 1,
		value: ({seen}) => text(seen.name),
	},
	{
		id: 'state',
		titles: ['state'],
		min: 7,
		align: 'left',
		priority: 2,
		value: ({seen}) => text(seen.state, stateTone(seen.state)),
	},
	{
		id: 'kind',
		titles: ['kind'],
		min: 9,
		align: 'left',
		priority: 5,
		value: ({seen}) => (seen.kind === null ? cell('hardware', 'faint') : text(seen.kind)),
	},
	{
		id: 'addresses',
		titles: ['addresses'],
		min: 18,
		align: 'left',
		priority: 3,
		value: ({seen}, {width}) =>
			seen.addresses.length === 0 ? cell('none', 'faint') : cell(addressesText(seen.addresses, width)),
	},
	{id: 'mtu', titles: ['mtu'], min: 5, align: 'right', priority: 6, value: ({seen}) => plainNumber(seen.mtu)},
	{id: 'in', titles: ['in/s'], min: 5, align: 'right', priority: 4, value: ({seen}) => figure(seen.inBps)},
	{id: 'out', titles: ['out/s'], min: 5, align: 'right', priority: 4, value: ({seen}) => figure(seen.outBps)},
	{
		id: 'dropped',
		titles: ['dropped', 'drops'],
		min: 5,
		align: 'right',
		priority: 7,
		value: ({seen}) => figure(sum(seen.inDropped, seen.outDropped), formatCount),
	},
	{
		id: 'errors',
		titles: ['errors', 'errs'],
		min: 4,
		align: 'right',
		priority: 8,
		value: ({seen}) => figure(sum(seen.inErrors, seen.outErrors), formatCount),
	},
	{
		id: 'master',
		titles: ['part of'],
		min: 7,
		align: 'left',
		priority: 9,
		value: ({seen}) => text(seen.master),
	},
	{
		id: 'in-bytes',
		titles: ['in'],
		min: 5,
		align: 'right',
		priority: 10,
		value: ({seen}) => figure(seen.inBytes, formatBytes),
	},
	{
		id: 'out-bytes',
		titles: ['out'],
		min: 5,
		align: 'right',
		priority: 11,
		value: ({seen}) => figure(seen.outBytes, formatBytes),
	},
];

/** @param several there is more than one namespace */
export const interfaceTable = (several: boolean): TableSpec<PlacedInterface> => ({
	columns: several ? [...interfaceColumns, namespaceColumn(3)] : interfaceColumns,
	growth: [
		{id: 'interface', to: 15},
		{gapOf: 'interface', to: 2},
		{id: 'addresses', to: 32},
		{id: 'kind', to: 10},
		{gapOf: 'errors', to: 2},
		{id: 'dropped', to: 7, whole: true},
		{id: 'errors', to: 6, whole: true},
		{id: 'addresses', to: 70},
		{id: 'master', to: 15},
		{id: 'state', to: 14},
	],
});
