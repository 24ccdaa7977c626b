// Thresholds of the rules about servers.
import {describe, expect, it} from 'vitest';
import {noCounters} from '../../../../../helpers/model/row.ts';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	mainThread,
	moment,
	netns,
	quietSample,
	type Session,
} from '../../../../../helpers/model/session.ts';

const listener = '0.0.0.0:3000';

/** The findings that hold now, as "rule severity". */
const holds = ({model}: Session): string[] =>
	[...model.diagnoses.list.values()]
		.filter(({clearedAt}) => clearedAt === null)
		.map(({rule, severity}) => `${rule} ${severity}`)
		.toSorted();

const noLoad = {
	...{loopDelayP50: null, loopDelayP99: null, loopDelayMax: null, cpu: null, cpuWait: null, rss: null},
	...{fds: null, fdLimit: null, sockets: null, sent: null, dropped: null, sitesNotTaken: null},
};

/** The hook reports that the event loop runs. */
const runs = (session: Session, seconds: number): void =>
	session.apply({
		...{type: 'load', ...mainThread, at: moment(seconds)},
		load: {...noLoad, at: moment(seconds), loopDelayP50: 1, loopDelayP99: 1, loopDelayMax: 1},
	});

type Queue = {recvQ: number; sendQ: number; drops?: number; listenDrops?: number};

/** Polls the listeners four times a second; the hook reports its event loop where it runs. */
const watch = (
	session: Session,
	from: number,
	to: number,
	{listenDrops = 0, ...queue}: Queue,
	hasLoop = true,
): void => {
	session.snapshot(from, [kernelSocket(listener, null, {inode: 501, drops: 0, ...queue})], {kind: 'table'});
	for (let at = from; at < to; at += 0.25) {
		if (hasLoop) runs(session, at);
		session.apply({type: 'counters', netns, at: moment(at), counters: {...noCounters, listenDrops}});
		session.snapshot(at, [kernelSocket(listener, null, {inode: 501, drops: 0, ...queue})], {
			kind: 'listeners',
		});
		session.pass(at + 0.01);
	}
};

const server = (): Session => {
	const session = createSession();
	listening(session, 1, {local: listener, inode: 501});
	return session;
};

describe('the accept queue', () => {
	const table: Array<[string, Queue, number, string[]]> = [
		['is empty', {recvQ: 0, sendQ: 2}, 4, []],
		['is full for two seconds', {recvQ: 3, sendQ: 2}, 2, ['accept-queue-full error']],
		['is full for one second', {recvQ: 3, sendQ: 2}, 1, []],
		['is as full as its limit, and takes one more', {recvQ: 2, sendQ: 2}, 2, []],
		['is half full for three seconds', {recvQ: 5, sendQ: 10}, 3, ['accept-queue-growing warn']],
		['is half full for two seconds', {recvQ: 5, sendQ: 10}, 2, []],
		['is less than half full', {recvQ: 4, sendQ: 10}, 5, []],
	];
	for (const [title, queue, seconds, expected] of table) {
		it(`${title}: ${expected.join() || 'no finding'}`, () => {
			const session = server();
			watch(session, 1, 1 + seconds, queue);
			expect(holds(session)).toEqual(expected);
		});
	}

	it('drops from before the first snapshot raise no finding', () => {
		const session = server();
		watch(session, 1, 5, {recvQ: 0, sendQ: 2, drops: 7});
		expect(holds(session)).toEqual([]);
	});

	it('drops raise a finding although no snapshot has shown a full queue, and it is cleared when they stop', () => {
		const session = server();
		watch(session, 1, 2, {recvQ: 0, sendQ: 2, drops: 7});
		watch(session, 2, 4, {recvQ: 0, sendQ: 2, drops: 9, listenDrops: 2});
		expect(holds(session)).toEqual(['accept-queue-full error']);
		watch(session, 4, 12, {recvQ: 0, sendQ: 2, drops: 9, listenDrops: 2});
		expect(holds(session)).toEqual([]);
	});

	it("a listener's drops alone cost no connection: a repeated SYN, a reset in the handshake, a deferred ACK", () => {
		const session = server();
		watch(session, 1, 2, {recvQ: 0, sendQ: 2, drops: 7});
		watch(session, 2, 6, {recvQ: 0, sendQ: 2, drops: 9});
		expect(holds(session)).toEqual([]);
	});

	it("drops of another listener's connections raise no finding", () => {
		const session = server();
		watch(session, 1, 2, {recvQ: 0, sendQ: 2, listenDrops: 7});
		watch(session, 2, 6, {recvQ: 0, sendQ: 2, listenDrops: 9});
		expect(holds(session)).toEqual([]);
	});

	it('a queue that alternates between full and empty does not flicker', () => {
		const session = server();
		for (let at = 1; at < 9; at += 1) {
			watch(session, at, at + 0.5, {recvQ: 3, sendQ: 2, drops: at, listenDrops: at});
			watch(session, at + 0.5, at + 1, {recvQ: 0, sendQ: 2, drops: at, listenDrops: at});
		}

		const raised = session.model
			.takeChanges()
			.diagnoses.filter(({diagnosis}) => diagnosis.severity !== 'info');
		expect(raised.map(({event, diagnosis}) => `${event} ${diagnosis.rule}`)).toEqual([
			'raised accept-queue-full',
		]);
	});
});

describe('the event loop', () => {
	it('an event loop silent for three seconds while a connection waits raises a finding', () => {
		const session = server();
		watch(session, 0, 1, {recvQ: 0, sendQ: 10});
		watch(session, 1, 4.5, {recvQ: 1, sendQ: 10}, false);
		expect(holds(session)).toContain('loop-blocked warn');
	});

	const waits: Array<[number | null, string]> = [
		[null, 'loop-blocked warn'],
		[0, 'loop-blocked warn'],
		[0.29, 'loop-blocked warn'],
		[0.3, 'loop-late info'],
		[1, 'loop-late info'],
	];
	for (const [cpuWait, expected] of waits) {
		it(`one that says nothing while it has waited for a core ${cpuWait} of the time: ${expected}`, () => {
			const session = server();
			watch(session, 0, 1, {recvQ: 0, sendQ: 10});
			session.apply({type: 'load', ...mainThread, at: moment(1), load: {...noLoad, at: moment(1), cpuWait}});
			watch(session, 1, 4.5, {recvQ: 1, sendQ: 10}, false);
			const [first] = holds(session);
			expect(first).toBe(expected);
		});
	}

	it('an event loop that was late has run since', () => {
		const session = server();
		watch(session, 0, 1, {recvQ: 0, sendQ: 10});
		watch(session, 1, 2.5, {recvQ: 1, sendQ: 10}, false);
		session.apply({type: 'blocked', ...mainThread, at: moment(2.4), ms: 150});
		watch(session, 2.5, 3.5, {recvQ: 1, sendQ: 10}, false);
		expect(holds(session)).toEqual([]);
	});

	it('a silent event loop without a waiting connection is for information', () => {
		const session = server();
		watch(session, 0, 1, {recvQ: 0, sendQ: 10});
		watch(session, 1, 4.5, {recvQ: 0, sendQ: 10}, false);
		expect(holds(session)).toEqual(['loop-late info']);
	});

	it('a full queue replaces the finding of the event loop', () => {
		const session = server();
		watch(session, 0, 1, {recvQ: 0, sendQ: 2});
		watch(session, 1, 5, {recvQ: 3, sendQ: 2}, false);
		expect(holds(session).filter(each => !each.endsWith(' info'))).toEqual(['accept-queue-full error']);
	});

	const spans: Array<[number, string[]]> = [
		[150, []],
		[199, []],
		[250, ['loop-late info']],
		[1500, ['loop-late info']],
	];
	for (const [ms, expected] of spans) {
		it(`a span of ${ms} ms that is over: ${expected.join() || 'no finding'}`, () => {
			const session = server();
			watch(session, 0, 2, {recvQ: 0, sendQ: 10});
			session.apply({type: 'blocked', ...mainThread, at: moment(2), ms});
			watch(session, 2, 3, {recvQ: 0, sendQ: 10});
			expect(holds(session)).toEqual(expected);
			watch(session, 3, 9, {recvQ: 0, sendQ: 10});
			expect(holds(session)).toEqual([]);
		});
	}

	it('a late tick of netwatch itself raises nothing', () => {
		const session = server();
		watch(session, 0, 2, {recvQ: 1, sendQ: 10});
		session.pass(6);
		runs(session, 6.01);
		session.pass(6.25);
		expect(holds(session)).toEqual([]);
	});
});

describe('descriptors', () => {
	const table: Array<[number, string[]]> = [
		[89, []],
		[90, ['descriptors-low warn']],
		[99, ['descriptors-low warn']],
		[100, ['descriptors-exhausted error']],
		[101, ['descriptors-exhausted error']],
	];
	for (const [fds, expected] of table) {
		it(`${fds} of 100: ${expected.join() || 'no finding'}`, () => {
			const session = server();
			for (let at = 1; at < 4; at++) {
				runs(session, at);
				const load = {...noLoad, at: moment(at), fds, fdLimit: 100};
				session.apply({type: 'load', ...mainThread, at: moment(at), load});
				session.pass(at + 0.01);
			}

			expect(holds(session)).toEqual(expected);
		});
	}
});

describe('connections closed right after accept', () => {
	/** @returns the findings after so many accepted connections, of which so many were turned away */
	const raised = (turnedAway: number, of: number, reason: 'local-destroy' | 'peer-end' = 'local-destroy') => {
		const session = server();
		for (let serial = 10; serial < 10 + of; serial++) {
			const isTurnedAway = serial - 10 < turnedAway;
			const bytes = isTurnedAway ? 0 : 5;
			accepted(session, serial, {at: 2, listener: 1, peer: `10.0.0.9:${40_000 + serial}`});
			session.report(2.1, serial, 'close', {...closed, bytesRead: bytes, bytesWritten: bytes, reason});
		}

		watch(session, 2.2, 4, {recvQ: 0, sendQ: 10});
		return holds(session);
	};

	it('are rated by their share: a few, or most', () => {
		expect(raised(0, 4)).toEqual([]);
		expect(raised(1, 1)).toEqual(['accepted-then-closed info']);
		expect(raised(2, 4)).toEqual(['accepted-then-closed info']);
		expect(raised(3, 4)).toEqual(['accepted-then-closed warn']);
	});

	it('are attributed to the client where it closed first', () => {
		expect(raised(4, 4, 'peer-end')).toEqual([]);
	});
});

describe('a connection without any bytes', () => {
	it('raises a finding after five seconds, cleared by the first byte', () => {
		const session = server();
		accepted(session, 2, {at: 1, listener: 1});
		watch(session, 1, 5.9, {recvQ: 0, sendQ: 10});
		expect(holds(session)).toEqual([]);
		watch(session, 6.1, 6.5, {recvQ: 0, sendQ: 10});
		expect(holds(session)).toEqual(['no-first-byte info']);
		session.report(6.6, 2, 'firstIn', {bytes: 5});
		watch(session, 6.7, 7, {recvQ: 0, sendQ: 10});
		expect(holds(session)).toEqual([]);
	});

	it('raises nothing for a client that is unreferenced', () => {
		for (const flags of [quietSample.flags, quietSample.flags & ~64]) {
			const session = createSession();
			connectedClient(session, 2, {at: 1});
			session.report(1.5, 2, 'sample', {...quietSample, flags});
			for (let at = 2; at < 8; at++) {
				runs(session, at);
				session.pass(at);
			}

			expect(holds(session)).toEqual(flags === quietSample.flags ? ['no-first-byte info'] : []);
		}
	});
});

describe('server.close()', () => {
	/** @returns the findings at each of these seconds after it, with a connection of these properties */
	const raised = (seconds: number[], sample: Partial<typeof quietSample>, label: boolean): string[][] => {
		const session = server();
		accepted(session, 2, {at: 1, listener: 1});
		session.report(1.1, 2, 'firstIn', {bytes: 5});
		session.report(1.1, 2, 'firstOut', {bytes: 5});
		const message = {method: 'GET', path: '/', count: 1, inbound: true};
		if (label) {
			session.report(1.1, 2, 'label', {...message, status: 0});
			session.report(1.2, 2, 'label', {...message, status: 200});
		}

		session.report(1.3, 2, 'sample', {...quietSample, bytesRead: 5, bytesWritten: 5, ...sample});
		session.report(2, 1, 'unlisten', {});
		const results: string[][] = [];
		for (let after = 0.25; after < 20; after += 0.25) {
			runs(session, 2 + after);
			session.pass(2 + after);
			if (seconds.includes(after)) results.push(holds(session));
		}

		return results;
	};

	it('blocked by an idle connection raises a finding after five seconds', () => {
		expect(raised([4.5, 5.5, 15], {}, false)).toEqual([
			[],
			['server-close-waits warn'],
			['server-close-waits warn'],
		]);
	});

	it('blocked by a keep-alive connection close to its timeout is for information', () => {
		const [first, last] = raised([5.5, 15], {timeoutMs: 5000}, true);
		expect(first).toEqual(['server-close-waits info']);
		expect(last).toEqual(['server-close-waits warn']);
	});

	it('is no longer pending when the process has exited', () => {
		const session = server();
		accepted(session, 2, {at: 1, listener: 1});
		session.report(2, 1, 'unlisten', {});
		for (let at = 2; at < 9; at += 0.25) session.pass(at);
		expect(holds(session)).toContain('server-close-waits warn');
		session.apply({type: 'process', event: 'exit', ...mainThread, at: moment(9), exitCode: 0, signal: null});
		session.pass(9.25);
		expect(holds(session)).not.toContain('server-close-waits warn');
	});
});

describe('a client still open at process exit', () => {
	type End = {
		sample?: Partial<typeof quietSample>;
		usedAt?: number;
		signal?: string;
		pooled?: boolean;
		ended?: boolean;
	};

	const raised = ({sample = {}, usedAt = 1, signal, pooled = false, ended = false}: End): string[] => {
		const session = createSession();
		connectedClient(session, 2, {at: 1, peer: '10.0.0.9:443', local: '10.0.0.5:50000'});
		session.report(1, 2, 'firstOut', {bytes: 5});
		if (pooled) {
			const message = {method: 'GET', path: '/', count: 1, inbound: false};
			session.report(1, 2, 'label', {...message, status: 0});
			session.report(1, 2, 'label', {...message, status: 200});
		}

		session.report(1, 2, 'sample', {...quietSample, bytesRead: 5, bytesWritten: 5, ...sample});
		if (usedAt > 1) {
			session.report(usedAt, 2, 'sample', {...quietSample, bytesRead: 9, bytesWritten: 5, ...sample});
		}

		if (ended) session.report(2, 2, 'localEnd', {});
		const how = signal === undefined ? {exitCode: 0, signal: null} : {exitCode: null, signal};
		session.apply({type: 'process', event: 'exit', ...mainThread, at: moment(5), ...how});
		session.pass(5.25);
		session.pass(5.5);
		expect(session.row('1.0.2')).toMatchObject({peer: internet('10.0.0.9:443'), closedAt: moment(5)});
		return holds(session);
	};

	const table: Array<[string, End, string[]]> = [
		['is leaked where it was not used', {}, ['leaked-at-exit warn']],
		['was in use a moment ago', {usedAt: 4.5}, ['leaked-at-exit info']],
		['is no leak where a signal ended the process', {signal: 'SIGTERM'}, []],
		['is no leak where it may not keep the process alive', {sample: {flags: 4 | 16 | 32}}, []],
		['is no leak where it rests in a pool', {pooled: true}, []],
		['is no leak where end() was called', {ended: true}, []],
	];
	for (const [title, end, expected] of table) it(title, () => expect(raised(end)).toEqual(expected));
});
