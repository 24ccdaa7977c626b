import {describe, expect, it} from 'vitest';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	kernelSocket,
	listening,
	moment,
	netns,
	processStart,
} from '../../helpers/model/session.ts';

const second = {proc: 2, pid: 5000, thread: 0};

describe('steps', () => {
	it('are sorted by their times, whatever order they were reported in', () => {
		const session = createSession();
		accepted(session, 1, {at: 1});
		session.report(3, 1, 'localEnd', {});
		session.report(2, 1, 'firstIn', {bytes: 1});
		session.report(2.5, 1, 'firstOut', {bytes: 1});
		expect(session.steps('1.0.1')).toEqual(['create', 'accept', 'first-in', 'first-out', 'local-end']);
	});

	it('of the same time keep the order of their reports', () => {
		const session = createSession();
		accepted(session, 1, {at: 1});
		session.report(1, 1, 'firstIn', {bytes: 1});
		session.report(1, 1, 'peerEnd', {});
		expect(session.steps('1.0.1')).toEqual(['create', 'accept', 'first-in', 'peer-end']);
	});

	it('are returned once, in the order of their reports, with the id of their row', () => {
		const session = createSession();
		session.model.takeChanges();
		accepted(session, 1, {at: 1});
		session.report(0.5, 1, 'firstIn', {bytes: 1});
		const steps = session.model.takeChanges().steps.map(({id, step}) => `${id} ${step.step}`);
		expect(steps).toEqual(['1.0.1 create', '1.0.1 accept', '1.0.1 first-in']);
		expect(session.model.takeChanges().steps).toEqual([]);
	});
});

describe('routes', () => {
	const route = {
		dst: '10.0.0.9',
		from: null,
		dev: 'eth0',
		src: '10.0.0.5',
		gateway: null,
		table: null,
		mtu: null,
		error: null,
	};
	const answer = (
		session: ReturnType<typeof createSession>,
		seconds: number,
		dev: string,
		from = netns,
	): void =>
		session.apply({
			type: 'routes',
			at: moment(seconds),
			netns: from,
			answers: [{netns: from, address: '10.0.0.9', source: null, device: null, route: {...route, dev}}],
		});

	it('are requested once per destination and namespace, and set on all its rows', () => {
		const session = createSession();
		session.apply(processStart({...second, netns: '7'}));
		connectedClient(session, 1);
		connectedClient(session, 2, {local: '10.0.0.5:50001'});
		connectedClient(session, 1, {from: second});
		listening(session, 3);
		expect(session.model.takeRouteQueries()).toEqual([
			{netns, address: '10.0.0.9', source: '10.0.0.5', device: null},
			{netns: '7', address: '10.0.0.9', source: '10.0.0.5', device: null},
		]);
		expect(session.model.takeRouteQueries()).toEqual([]);
		answer(session, 1, 'eth0');
		session.pass(1.25);
		expect(session.row('1.0.1').route?.dev).toBe('eth0');
		expect(session.row('1.0.2').route?.dev).toBe('eth0');
		expect(session.row('2.0.1').route).toBeNull();
		connectedClient(session, 4, {at: 2});
		expect(session.row('1.0.4').route?.dev).toBe('eth0');
		expect(session.model.takeRouteQueries()).toEqual([]);
	});

	it('are updated where the answer changes', () => {
		const session = createSession();
		connectedClient(session, 1);
		answer(session, 1, 'eth0');
		session.pass(1.25);
		session.model.takeChanges();
		answer(session, 2, 'wlan0');
		session.pass(2.25);
		expect(session.row('1.0.1').route?.dev).toBe('wlan0');
		expect(session.model.takeChanges().changed.size).toBe(1);
	});

	/** Of a source without inodes. */
	const unrelated = kernelSocket('10.0.0.7:1', '10.0.0.8:2');

	it('are requested again after a missing answer, with a delay', () => {
		const session = createSession();
		connectedClient(session, 1);
		expect(session.model.takeRouteQueries()).toHaveLength(1);
		session.snapshot(1, [unrelated]);
		session.snapshot(4, [unrelated]);
		expect(session.model.takeRouteQueries()).toEqual([]);
		session.snapshot(6, [unrelated]);
		expect(session.model.takeRouteQueries()).toEqual([
			{netns, address: '10.0.0.9', source: '10.0.0.5', device: null},
		]);
		answer(session, 7, 'eth0');
		session.pass(7.25);
		session.snapshot(20, [unrelated]);
		expect(session.model.takeRouteQueries()).toEqual([]);
	});

	it('are not requested for ever where no answer comes', () => {
		const session = createSession({routes: 3});
		for (const serial of [1, 2, 3, 4, 5]) connectedClient(session, serial, {peer: `10.0.0.${serial}:80`});
		for (let seconds = 1; seconds < 60; seconds += 5) session.snapshot(seconds, [unrelated]);
		expect(session.model.takeRouteQueries()).toHaveLength(3);
	});

	it('are kept by their rows when there are more destinations than the cache holds', () => {
		const session = createSession({routes: 2});
		for (const serial of [1, 2, 3, 4]) connectedClient(session, serial, {peer: `10.0.0.${serial}:80`});
		for (let seconds = 1; seconds < 6; seconds++) {
			for (const wanted of session.model.takeRouteQueries()) {
				session.apply({
					type: 'routes',
					at: moment(seconds),
					netns,
					answers: [{...wanted, route: {...route, dst: wanted.address}}],
				});
			}

			session.pass(seconds);
			session.snapshot(seconds, [unrelated]);
		}

		expect([...session.model.rows.values()].map(row => row.route?.dst)).toEqual([
			'10.0.0.1',
			'10.0.0.2',
			'10.0.0.3',
			'10.0.0.4',
		]);
		expect(session.model.takeRouteQueries()).toEqual([]);
	});
});

describe('the version of the model', () => {
	it('does not change when time passes without an effect', () => {
		const session = createSession();
		connectedClient(session, 1);
		const {version} = session.model;
		session.pass(1);
		session.pass(2);
		expect(session.model.version).toBe(version);
		session.report(3, 1, 'close', closed);
		expect(session.model.version).toBeGreaterThan(version);
	});

	it('is computed from a clock that never goes back', () => {
		const session = createSession();
		session.pass(10);
		session.report(3, 1, 'create', {kind: 'tcp', role: 'client'});
		expect(session.model.now).toBe(moment(10));
	});
});
