import {describe, expect, it} from 'vitest';
import {type KernelState, type Stage, stages} from '../../../source/domain/row.ts';
import {type StageFacts, stageOf} from '../../../source/domain/stage.ts';
import {initialFacts} from '../../../source/model/table/new-row.ts';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	quietSample,
	type Session,
} from '../../helpers/model/session.ts';

const peer = internet('10.0.0.9:443');
const id = '1.0.1';
const error = {operation: 'connect', error: 'ECONNREFUSED', message: 'refused', local: null, peer: null};
const sample = (flags: number, fields: Partial<typeof quietSample> = {}) => ({
	...quietSample,
	...fields,
	flags,
});
const flowing = 4;
const needDrain = 2;

/** For each stage, the steps to it, and the row that has it then. */
const ways: Record<Stage, [play: (session: Session) => void, row?: string]> = {
	created: [session => session.report(0, 1, 'create', {kind: 'tcp', role: 'unknown'})],
	lookup: [
		session => {
			session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
			session.report(0, 1, 'lookupStart', {host: 'api.internal'});
		},
	],
	connect: [
		session => {
			session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
			session.report(0, 1, 'attempt', {address: peer, index: 2, of: 3});
		},
	],
	tls: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'secureStart', {});
		},
	],
	queued: [
		session => {
			listening(session, 2);
			session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:40000', {cookie: 'a1'})]);
		},
		'k.4026531840.a1',
	],
	accepted: [session => accepted(session, 1)],
	open: [
		session => {
			accepted(session, 1);
			session.report(1, 1, 'firstIn', {bytes: 5});
		},
	],
	draining: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'full', {buffered: 20_000});
		},
	],
	paused: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'pause', {buffered: 10});
			session.report(1, 1, 'sample', sample(0, {readableLength: 10}));
		},
	],
	'peer-ended': [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'peerEnd', {});
		},
	],
	ended: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'localEnd', {});
		},
	],
	closing: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'localEnd', {});
			session.report(2, 1, 'peerEnd', {});
		},
	],
	lingering: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'close', closed);
			session.snapshot(2, [
				kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state: 'FIN-WAIT-1', cookie: 'c'}),
			]);
		},
	],
	listening: [session => listening(session, 1)],
	closed: [
		session => {
			connectedClient(session, 1);
			session.report(1, 1, 'close', closed);
		},
	],
	failed: [
		session => {
			session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
			session.report(0, 1, 'error', error);
		},
	],
};

describe('every stage can be reached', () => {
	it.each(stages)('%s', stage => {
		const session = createSession();
		const [play, row = id] = ways[stage];
		play(session);
		expect(session.row(row).stage).toBe(stage);
	});
});

describe('a stage gives way to the next', () => {
	it.each<[string, Stage, Parameters<Session['report']>[2], object]>([
		['full, when it has drained', 'draining', 'drain', {}],
		['full, when a sample shows that it has drained', 'draining', 'sample', sample(flowing)],
		['paused, when it is resumed', 'paused', 'resume', {}],
		['paused, when nothing waits any more', 'paused', 'sample', sample(0)],
		['TLS, when it is up', 'tls', 'secure', {protocol: null, alpn: null, servername: null, authorized: null}],
	])('%s', (_, stage, type, fields) => {
		const session = createSession();
		ways[stage][0](session);
		expect(session.row(id).stage).toBe(stage);
		// Each line of the table has the fields of its record.
		session.report(3, 1, type, fields as never);
		expect(session.row(id).stage).toBe('open');
	});

	it('a stage starts with its event, not with its last snapshot', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 1});
		session.report(2, 1, 'full', {buffered: 20_000});
		session.report(3, 1, 'sample', sample(flowing | needDrain));
		session.snapshot(4, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {inode: 1001, sendQ: 5})]);
		expect(session.row(id)).toMatchObject({stage: 'draining', stageSince: session.row(id).openedAt + 1000});
		session.report(5, 1, 'drain', {});
		expect(session.row(id).stageSince).toBe(session.row(id).openedAt + 4000);
	});

	it('a stage never starts before its predecessor, though a snapshot may report an earlier moment', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(5, 1, 'close', closed);
		session.snapshot(4, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state: 'FIN-WAIT-1', cookie: 'c'})]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', stageSince: session.row(id).closedAt});
	});
});

describe('where several stages hold, a fixed order decides', () => {
	const all: StageFacts = {
		...initialFacts,
		kernelState: 'FIN-WAIT-2',
		lookingUp: true,
		connecting: true,
		securing: true,
		connected: true,
		needDrain: true,
		readingStopped: true,
		hasUnread: true,
		peerEnded: true,
		localEnded: true,
		closed: true,
		failed: true,
	};

	/** From the first to the last: the facts to remove for the next stage to hold. */
	const order: Array<[Stage, Partial<StageFacts>]> = [
		['failed', {failed: false}],
		['lingering', {kernelState: null}],
		['closed', {closed: false}],
		['closing', {localEnded: false}],
		['draining', {needDrain: false}],
		['paused', {hasUnread: false}],
		['peer-ended', {peerEnded: false, localEnded: true}],
		['ended', {localEnded: false}],
		['tls', {securing: false}],
		['open', {connected: false}],
		['connect', {connecting: false}],
		['lookup', {lookingUp: false}],
		['created', {}],
	];

	it('the order is failed, lingering, closed, closing, draining, paused, peer-ended, ended, then the path', () => {
		let facts = all;
		const seen: Stage[] = [];
		for (const [, less] of order) {
			seen.push(stageOf(facts).stage);
			facts = {...facts, ...less};
		}

		expect(seen).toEqual(order.map(([stage]) => stage));
	});

	it.each<[string, Partial<StageFacts>, Stage, Stage[]]>([
		[
			'a writer that waits, of a peer that has ended',
			{needDrain: true, peerEnded: true},
			'draining',
			['peer-ended'],
		],
		[
			'a reader that has stopped, and ended',
			{readingStopped: true, hasUnread: true, localEnded: true},
			'paused',
			['ended'],
		],
		[
			'both ends, with bytes still to write and to read',
			{needDrain: true, readingStopped: true, hasUnread: true, peerEnded: true, localEnded: true},
			'closing',
			['draining', 'paused', 'peer-ended', 'ended'],
		],
		[
			'a failure that the kernel still works on',
			{failed: true, closed: true, kernelState: 'LAST-ACK'},
			'failed',
			['lingering'],
		],
		['a listener', {listening: true, connected: false}, 'listening', []],
		['nothing more', {}, 'open', []],
	])('marks name the other stages that hold: %s', (_, facts, stage, marks) => {
		expect(stageOf({...initialFacts, connected: true, ...facts})).toEqual({stage, marks});
	});

	it.each<[string, Partial<StageFacts>, Stage]>([
		['write() on a connection that is not there yet', {connecting: true, needDrain: true}, 'connect'],
		['end() on one', {connecting: true, localEnded: true}, 'connect'],
		['pause() with nothing to read', {connected: true, readingStopped: true}, 'open'],
		['an inbound connection while its TLS is set up', {accepted: true, securing: true}, 'tls'],
		[
			'a connection that is closed by both kernels',
			{connected: true, closed: true, kernelState: 'ESTAB'},
			'closed',
		],
	])('%s is no stage of its own', (_, facts, stage) => {
		expect(stageOf({...initialFacts, ...facts}).stage).toBe(stage);
	});
});

describe('bytes queued in the kernel', () => {
	it.each<[string, KernelState, number, Stage, Stage[]]>([
		['count for a reader that has stopped', 'ESTAB', 500, 'paused', []],
		['do not include the FIN of the peer', 'CLOSE-WAIT', 1, 'peer-ended', []],
		['may stand before the FIN', 'CLOSE-WAIT', 778, 'paused', ['peer-ended']],
	])('%s', (_, state, recvQ, stage, marks) => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'pause', {buffered: 0});
		if (state === 'CLOSE-WAIT') session.report(2, 1, 'peerEnd', {});
		session.snapshot(3, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state, recvQ, inode: 1001})]);
		expect(session.row(id)).toMatchObject({stage, marks});
	});
});
