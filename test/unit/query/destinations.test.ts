import {describe, expect, test} from 'vitest';
import {sourceDiffers} from '../../../source/domain/route.ts';
import type {RouteView, Row} from '../../../source/domain/row.ts';
import {destinationsOf} from '../../../source/query/destinations.ts';
import {makeRow, openedAt} from '../../helpers/model/row.ts';
import {internet} from '../../helpers/model/session.ts';

const route = (fields: Partial<RouteView> = {}): RouteView => ({
	dst: '192.0.2.7',
	from: null,
	dev: 'eth0',
	src: '10.0.0.5',
	gateway: '10.0.0.1',
	table: 'main',
	mtu: null,
	error: null,
	...fields,
});

const connection = (fields: Partial<Row> = {}): Row =>
	makeRow({
		local: internet('10.0.0.5:50000'),
		peer: internet('192.0.2.7:443'),
		route: route(),
		...fields,
	});

describe('the destinations in use', () => {
	test('count the sockets of each address, whatever their ports', () => {
		const rows = [
			connection(),
			connection({local: internet('10.0.0.5:50001'), peer: internet('192.0.2.7:80')}),
			connection({peer: {address: '::ffff:192.0.2.7', port: 443, family: 6}}),
			connection({peer: internet('192.0.2.8:443'), route: route({dst: '192.0.2.8'})}),
		];
		expect(destinationsOf(rows)).toEqual({
			list: [
				{
					...{netns: '4026531840', dst: '192.0.2.7', source: '10.0.0.5', dev: 'eth0', src: '10.0.0.5'},
					...{from: null, gateway: '10.0.0.1', table: 'main', mtu: null, error: null},
					...{sockets: 3, sourceDiffers: false},
				},
				expect.objectContaining({dst: '192.0.2.8', sockets: 1}),
			],
			notShown: 0,
		});
	});

	test('are distinguished by source, route and namespace', () => {
		const other = route({from: '10.1.0.5', dev: 'eth1', gateway: '10.1.0.1', table: '101'});
		const rows = [
			connection(),
			connection({local: internet('10.1.0.5:50000'), route: other}),
			connection({netns: '4026532000'}),
		];
		expect(destinationsOf(rows).list).toMatchObject([
			{netns: '4026531840', source: '10.0.0.5', dev: 'eth0', sockets: 1, sourceDiffers: false},
			{netns: '4026531840', source: '10.1.0.5', dev: 'eth1', from: '10.1.0.5', sourceDiffers: true},
			{netns: '4026532000', source: '10.0.0.5', dev: 'eth0', sockets: 1},
		]);
	});

	test('are those of open connections: not of listeners, closed rows, unix sockets and rows without a peer', () => {
		const rows = [
			connection({closedAt: openedAt + 1000}),
			connection({role: 'listener', peer: null}),
			connection({kind: 'unix', peer: {path: '/run/app.sock'}, local: null}),
			connection({peer: null}),
			connection({peer: internet('0.0.0.0:0')}),
		];
		expect(destinationsOf(rows)).toEqual({list: [], notShown: 0});
	});

	test('include one whose route is not known yet, and one that is unreachable', () => {
		const rows = [
			connection({route: null, local: null}),
			connection({
				peer: internet('198.51.100.1:80'),
				local: null,
				route: route({dev: null, src: null, gateway: null, table: null, error: 'No route to host'}),
			}),
		];
		expect(destinationsOf(rows).list).toMatchObject([
			{dst: '192.0.2.7', dev: null, error: null, sourceDiffers: null},
			{dst: '198.51.100.1', dev: null, error: 'No route to host', sourceDiffers: null},
		]);
	});

	test('are sorted by number, IPv4 first, in any order of the rows', () => {
		const addresses = ['9.0.0.1', '10.0.0.2', '10.0.0.10', '100.0.0.1', '2001:db8::1', 'fe80::1'];
		const rows = addresses.map(address => connection({peer: {address, port: 443, family: 4}}));
		for (const order of [rows, rows.toReversed()]) {
			expect(destinationsOf(order).list.map(({dst}) => dst)).toEqual(addresses);
		}
	});

	test('are bounded, and sockets of further ones are counted', () => {
		const rows = Array.from({length: 10}, (_, index) =>
			connection({peer: internet(`192.0.2.${index >> 1}:80`)}),
		);
		const {list, notShown} = destinationsOf(rows, 3);
		expect(list.map(({dst, sockets}) => [dst, sockets])).toEqual([
			['192.0.2.0', 2],
			['192.0.2.1', 2],
			['192.0.2.2', 2],
		]);
		expect(notShown).toBe(4);
	});
});

describe('the source of a socket against the source of its route', () => {
	test.each<[string, Partial<Row>, boolean | null]>([
		['are the same', {}, false],
		['are the same, IPv4 in IPv6', {local: {address: '::ffff:10.0.0.5', port: 1, family: 6}}, false],
		['differ', {local: internet('10.1.0.5:50000')}, true],
		['are not known without a route', {route: null}, null],
		['are not known before the socket is bound', {local: null}, null],
		['are not known of a wildcard', {local: internet('0.0.0.0:50000')}, null],
		['are not known where the kernel refuses', {route: route({src: null, error: 'Permission denied'})}, null],
	])('%s', (_, fields, expected) => {
		expect(sourceDiffers(connection(fields))).toBe(expected);
	});
});
