import {describe, expect, test} from 'vitest';
import type {RouteInputs, RouteQuery} from '../../../../source/domain/route.ts';
import type {RouteView} from '../../../../source/domain/row.ts';
import {
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	mainThread,
	moment,
	netns,
	type Session,
} from '../../../helpers/model/session.ts';

const route = (fields: Partial<RouteView> = {}): RouteView => ({
	dst: '10.0.0.9',
	from: null,
	dev: 'eth0',
	src: '10.0.0.5',
	gateway: '10.0.0.1',
	table: 'main',
	mtu: null,
	error: null,
	...fields,
});

const wanted = (fields: Partial<RouteQuery> = {}): RouteQuery => ({
	netns,
	address: '10.0.0.9',
	source: null,
	device: null,
	...fields,
});

const answer = (session: Session, seconds: number, question: RouteQuery, its: RouteView): void => {
	session.apply({type: 'routes', at: moment(seconds), netns, answers: [{...question, route: its}]});
	session.pass(seconds + 0.25);
};

const attempting = (session: Session, serial: number, peer: string, seconds = 0): void => {
	session.report(seconds, serial, 'create', {kind: 'tcp', role: 'client'});
	session.report(seconds, serial, 'attempt', {address: internet(peer), index: 1, of: 1});
};

describe('the route of a row', () => {
	test("is requested without a source while the row has none, and from the row's source once it has one", () => {
		const session = createSession();
		attempting(session, 1, '10.0.0.9:443');
		expect(session.model.takeRouteQueries()).toEqual([wanted()]);
		answer(session, 1, wanted(), route());
		expect(session.row('1.0.1').route).toEqual(route());
		session.report(2, 1, 'connect', {
			local: internet('10.1.0.5:50000'),
			peer: internet('10.0.0.9:443'),
			inode: 7,
		});
		expect(session.model.takeRouteQueries()).toEqual([wanted({source: '10.1.0.5'})]);
		// Until the second answer, the route without a source is all that is known.
		expect(session.row('1.0.1').route).toEqual(route());
		const bound = route({from: '10.1.0.5', dev: 'eth1', gateway: '10.1.0.1', table: '101'});
		answer(session, 3, wanted({source: '10.1.0.5'}), bound);
		expect(session.row('1.0.1').route).toEqual(bound);
	});

	test('is not requested again from the source that the kernel chose', () => {
		const session = createSession();
		attempting(session, 1, '10.0.0.9:443');
		session.model.takeRouteQueries();
		answer(session, 0.1, wanted(), route());
		session.report(0.5, 1, 'connect', {
			local: internet('10.0.0.5:50000'),
			peer: internet('10.0.0.9:443'),
			inode: 7,
		});
		expect(session.model.takeRouteQueries()).toEqual([]);
		expect(session.row('1.0.1').route).toEqual(route());
	});

	test('is kept for each source: an answer for one is none for another', () => {
		const session = createSession();
		for (const [serial, local] of [
			[1, '10.0.0.5:50000'],
			[2, '10.1.0.5:50000'],
		] as const) {
			connectedClient(session, serial, {local});
		}
		expect(session.model.takeRouteQueries()).toEqual([
			wanted({source: '10.0.0.5'}),
			wanted({source: '10.1.0.5'}),
		]);
		answer(session, 1, wanted({source: '10.1.0.5'}), route({from: '10.1.0.5', dev: 'eth1'}));
		expect(session.row('1.0.1').route).toBeNull();
		expect(session.row('1.0.2').route?.dev).toBe('eth1');
		answer(session, 2, wanted({source: '10.0.0.5'}), route());
		expect(session.row('1.0.1').route?.dev).toBe('eth0');
		expect(session.row('1.0.2').route?.dev).toBe('eth1');
	});

	test('is requested by the device that the socket is bound to, as soon as the kernel reports it', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.model.takeRouteQueries();
		answer(session, 0.5, wanted({source: '10.0.0.5'}), route());
		session.snapshot(1, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {inode: 1001, device: 'vrf7'})]);
		const question = wanted({source: '10.0.0.5', device: 'vrf7'});
		expect(session.model.takeRouteQueries()).toEqual([question]);
		answer(session, 2, question, route({dev: 'vrf7', gateway: null}));
		expect(session.row('1.0.1').route?.dev).toBe('vrf7');
	});

	test('to a link-local address is requested with its link, and not without one', () => {
		const session = createSession();
		const at = {port: 443, family: 6} as const;
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: {address: 'fe80::9', ...at}, index: 1, of: 1});
		expect(session.model.takeRouteQueries()).toEqual([]);
		session.report(1, 1, 'connect', {
			local: {address: 'fe80::5%eth0', ...at},
			peer: {address: 'fe80::9%eth0', ...at},
			inode: 7,
		});
		expect(session.model.takeRouteQueries()).toEqual([
			wanted({address: 'fe80::9', source: 'fe80::5', device: 'eth0'}),
		]);
	});

	test('to a mapped address is the route to the IPv4 address', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'server'});
		session.report(0, 1, 'accept', {
			local: {address: '::ffff:10.0.0.5', port: 80, family: 6},
			peer: {address: '::ffff:10.0.0.9', port: 40_000, family: 6},
			inode: 7,
			listener: null,
		});
		expect(session.model.takeRouteQueries()).toEqual([wanted({source: '10.0.0.5'})]);
	});

	test('stays as it was for a closed connection, when routes change', () => {
		const session = createSession({closedForMs: 60_000});
		connectedClient(session, 1);
		connectedClient(session, 2, {local: '10.0.0.5:50001'});
		answer(session, 1, wanted({source: '10.0.0.5'}), route());
		session.report(2, 1, 'close', closed);
		answer(session, 3, wanted({source: '10.0.0.5'}), route({gateway: '10.0.0.77'}));
		expect(session.row('1.0.1').route?.gateway).toBe('10.0.0.1');
		expect(session.row('1.0.2').route?.gateway).toBe('10.0.0.77');
	});

	test('is set on a connection that closed before the answer', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(0.1, 1, 'close', closed);
		answer(session, 1, wanted({source: '10.0.0.5'}), route());
		expect(session.row('1.0.1').route).toEqual(route());
	});

	test('is requested again when another row opens, and an old answer is discarded', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.model.takeRouteQueries();
		answer(session, 0, wanted({source: '10.0.0.5'}), route());
		connectedClient(session, 2, {at: 0.5, local: '10.0.0.5:50001'});
		expect(session.model.takeRouteQueries().filter(({source}) => source !== null)).toEqual([]);
		connectedClient(session, 3, {at: 10, local: '10.0.0.5:50002'});
		expect(session.row('1.0.3').route).toEqual(route());
		expect(session.model.takeRouteQueries()).toContainEqual(wanted({source: '10.0.0.5'}));
		connectedClient(session, 4, {at: 100, local: '10.0.0.5:50003'});
		expect(session.row('1.0.4').route).toBeNull();
	});

	test('changes no row when the answer stays the same', () => {
		const session = createSession();
		connectedClient(session, 1);
		answer(session, 1, wanted({source: '10.0.0.5'}), route());
		session.model.takeChanges();
		const {version} = session.row('1.0.1');
		answer(session, 2, wanted({source: '10.0.0.5'}), route());
		expect(session.row('1.0.1').version).toBe(version);
		expect(session.model.takeChanges().changed.size).toBe(0);
	});

	test('is set on all rows, however many destinations are answered at once', () => {
		const session = createSession({routes: 4});
		const serials = Array.from({length: 20}, (_, index) => index + 1);
		for (const serial of serials) {
			connectedClient(session, serial, {peer: `10.0.1.${serial}:80`, from: mainThread});
		}
		session.apply({
			type: 'routes',
			at: moment(1),
			netns,
			answers: serials.map(serial => ({
				...wanted({address: `10.0.1.${serial}`, source: '10.0.0.5'}),
				route: route({dst: `10.0.1.${serial}`}),
			})),
		});
		session.pass(1.25);
		for (const serial of serials) expect(session.row(`1.0.${serial}`).route?.dst).toBe(`10.0.1.${serial}`);
	});
});

describe('where more than the destination decides about routes', () => {
	const inputs = (session: Session, seconds: number, its: Partial<RouteInputs>): void => {
		const all = {source: true, selectors: [], ...its};
		session.apply({type: 'route-inputs', at: moment(seconds), netns, inputs: all});
	};

	const connected = (session: Session, serial: number, local: string, peer: string): void => {
		attempting(session, serial, peer);
		session.report(1, serial, 'connect', {local: internet(local), peer: internet(peer), inode: serial});
	};

	test('the route from the source that the kernel chose is requested, too', () => {
		const session = createSession();
		inputs(session, 0, {});
		attempting(session, 1, '10.0.0.9:443');
		session.model.takeRouteQueries();
		answer(session, 0.1, wanted(), route({gateway: null, nextHops: [{gateway: '10.0.0.1', dev: 'eth0'}]}));
		session.report(0.2, 1, 'connect', {
			local: internet('10.0.0.5:50000'),
			peer: internet('10.0.0.9:443'),
			inode: 7,
		});
		const fromSource = wanted({source: '10.0.0.5'});
		expect(session.model.takeRouteQueries()).toEqual([fromSource]);
		answer(session, 0.3, fromSource, route());
		expect(session.row('1.0.1').route).toEqual(route());
	});

	test('protocol and ports are in a request as far as a policy rule reads them', () => {
		const session = createSession();
		const selectors: RouteInputs['selectors'] = [
			{protocol: 'tcp', localPorts: null, peerPorts: [440, 443]},
			{protocol: null, localPorts: [9000, 9000], peerPorts: null},
			{protocol: 'udp', localPorts: null, peerPorts: [53, 53]},
		];
		inputs(session, 0, {selectors});
		connected(session, 1, '10.0.0.5:50001', '10.0.0.9:443');
		connected(session, 2, '10.0.0.5:50002', '10.0.0.9:53');
		connected(session, 3, '10.0.0.5:50003', '10.0.0.9:54');
		connected(session, 4, '10.0.0.5:9000', '10.0.0.9:80');
		const source = '10.0.0.5';
		const flow = {protocol: 'tcp', localPort: null, peerPort: null} as const;
		expect(session.model.takeRouteQueries().filter(query => query.source !== null)).toEqual([
			wanted({source, flow: {...flow, peerPort: 443}}),
			wanted({source, flow}),
			wanted({source, flow: {...flow, localPort: 9000}}),
		]);
	});

	test('the routes of open rows are requested again once such a rule is there', () => {
		const session = createSession();
		connected(session, 1, '10.0.0.5:50001', '10.0.0.9:443');
		connected(session, 2, '10.0.0.5:50002', '10.0.0.8:443');
		session.report(2, 2, 'close', closed);
		session.model.takeRouteQueries();
		answer(session, 3, wanted({source: '10.0.0.5'}), route());
		const selectors = [{protocol: 'tcp', localPorts: null, peerPorts: null}];
		inputs(session, 4, {selectors});
		const ruled = wanted({source: '10.0.0.5', flow: {protocol: 'tcp', localPort: null, peerPort: null}});
		expect(session.model.takeRouteQueries()).toEqual([ruled]);
		expect(session.row('1.0.1').route).toBeNull();
		answer(session, 5, wanted({source: '10.0.0.5'}), route({dev: 'eth1'}));
		expect(session.row('1.0.1').route).toBeNull();
		answer(session, 5, ruled, route({table: '101', rule: 'from all ipproto tcp lookup 101'}));
		expect(session.row('1.0.1').route).toMatchObject({table: '101'});
	});
});
