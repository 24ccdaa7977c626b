import {describe, expect, it} from 'vitest';
import {maxSteps} from '../../../../source/model/table/entry.ts';
import {
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	mainThread,
	moment,
	netns,
	processStart,
} from '../../../helpers/model/session.ts';

const refused = (error: string) => ({operation: 'connect', error, message: 'no', local: null, peer: null});

describe('the number of rows', () => {
	it('is kept to the bound by removing the oldest closed row', () => {
		const session = createSession({rows: 3});
		for (const serial of [1, 2, 3]) connectedClient(session, serial);
		session.report(1, 2, 'close', closed);
		session.report(2, 1, 'close', closed);
		connectedClient(session, 4, {at: 3});
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.3', '1.0.4']);
		expect(session.model.takeChanges().removedIds).toEqual(['1.0.2']);
		expect(session.model.notShown).toBe(0);
	});

	it('is kept to the bound by counting new rows, where none is closed', () => {
		const session = createSession({rows: 2});
		for (const serial of [1, 2, 3, 4]) connectedClient(session, serial);
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.2']);
		expect(session.model.notShown).toBe(2);
	});

	it('is bounded for kernel-only rows, too', () => {
		const session = createSession({rows: 2});
		listening(session, 1);
		session.snapshot(1, [
			kernelSocket('10.0.0.5:3000', '10.0.0.9:1', {cookie: 'a'}),
			kernelSocket('10.0.0.5:3000', '10.0.0.9:2', {cookie: 'b'}),
		]);
		expect(Object.keys(session.stages())).toEqual(['1.0.1', `k.${netns}.a`]);
		expect(session.model.notShown).toBe(1);
	});

	it('is bounded for closed rows, of which the newest stay', () => {
		const session = createSession({closedRows: 2});
		for (const serial of [1, 2, 3]) connectedClient(session, serial);
		for (const serial of [3, 1, 2]) session.report(serial, serial, 'close', closed);
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.2']);
	});

	it('does not reduce the totals when rows leave', () => {
		const session = createSession({closedRows: 1});
		for (const serial of [1, 2, 3, 4]) connectedClient(session, serial);
		session.report(1, 1, 'close', closed);
		session.report(1, 2, 'error', refused('ECONNRESET'));
		session.report(1, 2, 'close', {...closed, hadError: true});
		session.report(1, 3, 'close', closed);
		expect(session.model.rows.size).toBe(2);
		expect(session.model.totals).toMatchObject({
			rows: 4,
			byStage: new Map([
				['closed', 2],
				['failed', 1],
				['open', 1],
			]),
			byCode: new Map([['ECONNRESET', 1]]),
		});
	});
});

describe('the size of a row', () => {
	it('is bounded to its newest steps and those of its connect; the others are counted', () => {
		const session = createSession();
		connectedClient(session, 1);
		for (let count = 1; count <= 100; count++) {
			session.report(count, 1, 'label', {method: 'GET', path: `/${count}`, status: 0, count, inbound: false});
		}

		const row = session.row('1.0.1');
		expect(row.steps).toHaveLength(maxSteps);
		expect(row.stepsDropped).toBe(103 - maxSteps);
		expect(row.steps.at(-1)?.fields.path).toBe('/100');
		expect(row.steps.slice(0, 4).map(({step, fields}) => fields.path ?? step)).toEqual([
			'create',
			'attempt',
			'connect',
			'/40',
		]);
		expect(session.model.totals.steps).toBe(103);
	});

	it('is bounded to a number of failed attempts, and a length of their codes', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		for (let index = 1; index <= 200; index++) {
			session.report(1, 1, 'attemptFailed', {
				address: internet('10.0.0.9:443'),
				index,
				error: 'E'.repeat(500),
			});
		}

		session.report(2, 1, 'error', {...refused('ECONNREFUSED'), message: ''});
		const {message} = session.row('1.0.1').error ?? {message: ''};
		expect(message.length).toBeGreaterThan(1000);
		expect(message.length).toBeLessThan(8000);
	});
});

describe('the size of a session', () => {
	it('is bounded to a number of error kinds; the rest is one', () => {
		const session = createSession();
		for (let serial = 1; serial <= 150; serial++) {
			session.report(0, serial, 'create', {kind: 'tcp', role: 'client'});
			session.report(1, serial, 'error', refused(`E${serial}${'X'.repeat(500)}`));
		}

		const {byCode} = session.model.totals;
		expect(byCode.size).toBe(101);
		expect(byCode.get('other')).toBe(50);
		expect(Math.max(...[...byCode.keys()].map(({length}) => length))).toBe(64);
	});

	it('is bounded to a number of notices, the newest', () => {
		const session = createSession({notices: 3});
		for (let count = 1; count <= 5; count++) {
			session.apply({
				type: 'notice',
				at: moment(count),
				level: 'warn',
				source: 'kernel',
				message: `notice ${count}`,
			});
		}

		expect(session.model.notices.map(({message}) => message)).toEqual(['notice 3', 'notice 4', 'notice 5']);
	});

	it('is bounded to a number of processes: exited ones are replaced, others are counted', () => {
		const session = createSession({processes: 2});
		const load = {
			loopDelayP50: 1,
			loopDelayP99: 1,
			loopDelayMax: 1,
			cpu: null,
			cpuWait: null,
			rss: null,
			fds: null,
		};
		session.apply({
			type: 'load',
			...mainThread,
			at: moment(1),
			load: {at: moment(1), ...load, fdLimit: null, sockets: 0, sent: 9, dropped: 4, sitesNotTaken: 0},
		});
		session.apply(processStart({proc: 2, pid: 2}));
		session.apply(processStart({proc: 3, pid: 3}));
		expect(session.model.processes.map(({proc}) => proc)).toEqual([1, 2]);
		expect(session.model.notShown).toBe(1);
		session.apply({type: 'process', event: 'exit', ...mainThread, at: moment(2), exitCode: 0, signal: null});
		session.apply(processStart({proc: 4, pid: 4}));
		expect(session.model.processes.map(({proc}) => proc)).toEqual([2, 4]);
		expect(session.model.dropped).toBe(4);
	});
});

describe('changes that are not taken', () => {
	it('are bounded, steps and removed rows alike, and lost steps are counted', () => {
		const session = createSession({closedRows: 10});
		const lives = 15_000;
		for (let serial = 1; serial <= lives; serial++) {
			session.report(serial, serial, 'create', {kind: 'tcp', role: 'client'});
			session.report(serial, serial, 'localEnd', {});
			session.report(serial, serial, 'peerEnd', {});
			session.report(serial, serial, 'close', closed);
		}

		const {changed, removedIds: gone, steps} = session.model.takeChanges();
		expect(gone.length).toBe(10_000);
		expect(changed.size).toBe(10_000 + 10);
		expect(steps.length).toBe(50_000);
		expect(session.model.notShown).toBe(4 * lives - 50_000);
		expect(session.model.totals).toMatchObject({rows: lives, steps: 4 * lives});
	});
});
