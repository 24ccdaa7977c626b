import {describe, expect, it} from 'vitest';
import {
	closed,
	connectedClient,
	createSession,
	kernelSocket,
	listening,
	mainThread,
	moment,
	netns,
	processStart,
	quietSample,
} from '../../../helpers/model/session.ts';

const worker = {...mainThread, thread: 1};
const second = {proc: 2, pid: 5000, thread: 0};
const exit = {type: 'process', event: 'exit', at: moment(5), exitCode: 0, signal: null} as const;

describe('the end of a process', () => {
	const watched = (): ReturnType<typeof createSession> => {
		const session = createSession();
		session.apply(processStart({...worker}));
		session.apply(processStart({...second}));
		connectedClient(session, 1);
		connectedClient(session, 1, {from: worker});
		connectedClient(session, 1, {from: second});
		return session;
	};

	it.each(['exit', 'lost'] as const)('(%s) closes its sockets, and those of its worker threads', event => {
		const session = watched();
		session.report(1, 1, 'sample', {...quietSample, bytesRead: 7, bytesWritten: 8});
		session.apply({...exit, ...mainThread, event});
		expect(session.stages()).toEqual({'1.0.1': 'closed', '1.1.1': 'closed', '2.0.1': 'open'});
		expect(session.row('1.0.1')).toMatchObject({closedAt: moment(5), stageSince: moment(5)});
		expect(session.row('1.0.1').steps.at(-1)).toEqual({
			at: moment(5),
			step: 'close',
			fields: {hadError: false, bytesRead: 7, bytesWritten: 8, reason: 'exit'},
		});
	});

	it('closes only the sockets of one worker thread, where only that exits', () => {
		const session = watched();
		session.apply({...exit, ...worker});
		expect(session.stages()).toEqual({'1.0.1': 'open', '1.1.1': 'closed', '2.0.1': 'open'});
	});

	it('does not close a closed row again', () => {
		const session = watched();
		session.report(1, 1, 'close', closed);
		session.apply({...exit, ...mainThread});
		expect(session.row('1.0.1').closedAt).toBe(moment(1));
		expect(session.steps('1.0.1').filter(step => step === 'close')).toHaveLength(1);
	});

	it('leaves connections waiting at its listener to the kernel', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:1', {cookie: 'a'})]);
		session.apply({...exit, ...mainThread});
		expect(session.stages()).toEqual({'1.0.1': 'closed', [`k.${netns}.a`]: 'queued'});
		session.snapshot(6, []);
		session.snapshot(7, []);
		expect(session.stages()).toEqual({'1.0.1': 'closed'});
	});
});

describe('a closed row', () => {
	it('stays for ten seconds, and its removal is reported', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		session.pass(10.9);
		expect(session.row('1.0.1').stage).toBe('closed');
		session.model.takeChanges();
		session.pass(11);
		expect(session.model.rows.size).toBe(0);
		expect(session.model.takeChanges().removedIds).toEqual(['1.0.1']);
	});

	it('stays longer while the kernel still has the connection, up to a minute', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		const linger = (seconds: number): void =>
			session.snapshot(seconds, [
				kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state: 'FIN-WAIT-2', cookie: 'a'}),
			]);
		linger(2);
		session.pass(30);
		expect(session.row('1.0.1').stage).toBe('lingering');
		session.pass(61);
		expect(session.model.rows.size).toBe(0);
	});

	it('is not kept by a lingering row before it', () => {
		const session = createSession();
		connectedClient(session, 1);
		connectedClient(session, 2, {local: '10.0.0.5:50002'});
		session.report(1, 1, 'close', closed);
		session.report(1.5, 2, 'close', closed);
		session.snapshot(2, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state: 'FIN-WAIT-2', cookie: 'a'})]);
		session.pass(12);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
	});

	it('whose port was refused again stays ten seconds from then', () => {
		const session = createSession();
		const refused = {local: null, operation: 'listen', error: 'EADDRINUSE', message: ''};
		session.report(0, 1, 'bindError', refused);
		connectedClient(session, 2);
		session.report(1, 2, 'close', closed);
		session.report(5, 1, 'bindError', refused);
		session.pass(12);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
		session.pass(15);
		expect(session.stages()).toEqual({});
	});

	it('takes no more records after its removal', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		session.pass(20);
		session.report(21, 1, 'label', {method: 'GET', path: '/', status: 0, count: 1, inbound: false});
		expect(session.model.rows.size).toBe(0);
	});
});
