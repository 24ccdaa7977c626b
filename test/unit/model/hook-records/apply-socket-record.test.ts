import {describe, expect, it} from 'vitest';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	listening,
	moment,
	quietSample,
} from '../../../helpers/model/session.ts';

const id = '1.0.1';
const local = internet('10.0.0.5:50000');
const peer = internet('10.0.0.9:443');
const peer6 = internet('[2001:db8::9]:443');

describe('the row of a client', () => {
	const session = createSession();
	const {report} = session;
	report(0, 1, 'create', {kind: 'tcp', role: 'client'});
	report(0.1, 1, 'lookupStart', {host: 'api.internal'});
	report(0.3, 1, 'lookup', {host: 'api.internal', candidates: ['10.0.0.9'], error: null});
	report(0.3, 1, 'attempt', {address: peer, index: 1, of: 1});
	report(0.35, 1, 'handle', {local, inode: 70});
	report(0.4, 1, 'connect', {local, peer, inode: 70});
	report(0.5, 1, 'firstOut', {bytes: 100});
	report(0.6, 1, 'label', {method: 'GET', path: '/slow', status: 0, count: 1, inbound: false});
	report(0.9, 1, 'firstIn', {bytes: 40});
	report(1, 1, 'sample', {...quietSample, bytesRead: 40, bytesWritten: 100, timeoutMs: 5000});
	report(1.1, 1, 'label', {method: 'GET', path: '/slow', status: 200, count: 1, inbound: false});
	report(3, 1, 'timeout', {});
	report(4, 1, 'peerEnd', {});
	report(4.1, 1, 'localEnd', {});
	report(5, 1, 'close', {hadError: false, bytesRead: 400, bytesWritten: 101, reason: 'peer-end'});

	it('follows the socket from lookup to close', () => {
		expect(session.row(id)).toMatchObject({
			proc: 1,
			pid: 4711,
			thread: 0,
			program: 'server.js',
			netns: '4026531840',
			kind: 'tcp',
			role: 'client',
			stage: 'closed',
			stageSince: moment(5),
			host: 'api.internal',
			attempt: {n: 1, of: 1},
			local,
			peer,
			label: 'GET /slow 200',
			openedAt: moment(0),
			lastActivityAt: moment(5),
			closedAt: moment(5),
			error: null,
			process: {bytesRead: 400, bytesWritten: 101, timeoutMs: 5000, readyState: 'open', seenAt: moment(5)},
			inBps: null,
		});
	});

	it('has a step for each event, with the time since the event that it ends', () => {
		const steps = session.row(id).steps.map(({at, step, fields}) => [(at - moment(0)) / 1000, step, fields]);
		expect(steps).toEqual([
			[0, 'create', {kind: 'tcp', role: 'client', site: null}],
			[0.1, 'lookup-start', {host: 'api.internal'}],
			[0.3, 'lookup', {host: 'api.internal', candidates: ['10.0.0.9'], error: null, ms: 200}],
			[0.3, 'attempt', {address: peer, index: 1, error: null, ms: null}],
			[0.4, 'connect', {local, peer, ms: 100}],
			[0.5, 'first-out', {bytes: 100}],
			[0.6, 'request', {method: 'GET', path: '/slow', status: null, ms: null, direction: 'out'}],
			[0.9, 'first-in', {bytes: 40}],
			[1.1, 'response', {method: 'GET', path: '/slow', status: 200, ms: null, direction: 'in'}],
			[3, 'timeout', {ms: 5000}],
			[4, 'peer-end', {}],
			[4.1, 'local-end', {}],
			[5, 'close', {hadError: false, bytesRead: 400, bytesWritten: 101, reason: 'peer-end'}],
		]);
	});
});

it('has no close reason where none was reported', () => {
	const session = createSession();
	connectedClient(session, 1);
	session.report(1, 1, 'close', {hadError: false, bytesRead: null, bytesWritten: null, reason: 'unknown'});
	expect(session.row(id).steps.at(-1)?.fields).toEqual({
		hadError: false,
		bytesRead: null,
		bytesWritten: null,
		reason: null,
	});
	expect(session.row(id).process).toMatchObject({bytesRead: null, writableLength: null});
});

it('has every attempt of a Happy Eyeballs race, and its winner', () => {
	const session = createSession();
	const {report} = session;
	report(0, 1, 'create', {kind: 'tcp', role: 'client'});
	report(0, 1, 'lookupStart', {host: 'two.families'});
	report(0, 1, 'lookup', {host: 'two.families', candidates: ['2001:db8::9', '10.0.0.9'], error: null});
	report(0, 1, 'attempt', {address: peer6, index: 1, of: 2});
	expect(session.row(id)).toMatchObject({stage: 'connect', attempt: {n: 1, of: 2}, peer: peer6});
	report(0.25, 1, 'attemptTimeout', {address: peer6, index: 1});
	report(0.25, 1, 'attempt', {address: peer, index: 2, of: 2});
	expect(session.row(id)).toMatchObject({attempt: {n: 2, of: 2}, peer});
	report(0.26, 1, 'connect', {local, peer, inode: 70});
	expect(session.row(id)).toMatchObject({stage: 'open', peer, error: null});
	expect(session.steps(id).slice(3)).toEqual(['attempt', 'attempt-timeout', 'attempt', 'connect']);
	expect(session.row(id).steps[4]?.fields).toMatchObject({address: peer6, index: 1, error: null, ms: 250});
});

describe("a client's failure", () => {
	it('in the lookup is an error of the lookup', () => {
		const session = createSession();
		const message = 'getaddrinfo ENOTFOUND no.such.host';
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'lookupStart', {host: 'no.such.host'});
		session.report(1, 1, 'lookup', {host: 'no.such.host', candidates: [], error: 'ENOTFOUND'});
		session.report(1, 1, 'error', {
			operation: 'getaddrinfo',
			error: 'ENOTFOUND',
			message,
			local: null,
			peer: null,
		});
		session.report(1, 1, 'close', {...closed, hadError: true, reason: 'error'});
		expect(session.row(id)).toMatchObject({
			stage: 'failed',
			host: 'no.such.host',
			peer: null,
			error: {operation: 'lookup', phase: 'lookup', code: 'ENOTFOUND', message},
		});
	});

	it('at every address lists the error of each attempt', () => {
		const session = createSession();
		const {report} = session;
		report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		report(0, 1, 'attempt', {address: peer6, index: 1, of: 2});
		report(0, 1, 'attemptFailed', {address: peer6, index: 1, error: 'ENETUNREACH'});
		report(0, 1, 'attempt', {address: peer, index: 2, of: 2});
		report(1, 1, 'attemptFailed', {address: peer, index: 2, error: 'ECONNREFUSED'});
		report(1, 1, 'error', {operation: '', error: 'ENETUNREACH', message: '', local: null, peer});
		report(1, 1, 'close', {...closed, hadError: true, reason: 'error'});
		expect(session.row(id)).toMatchObject({
			stage: 'failed',
			error: {
				operation: 'connect',
				phase: 'connect',
				code: 'ENETUNREACH',
				message: 'connect ENETUNREACH [2001:db8::9]:443, ECONNREFUSED 10.0.0.9:443',
			},
		});
		const step = session.row(id).steps.find(({step: name}) => name === 'error');
		expect(step?.fields).toMatchObject({
			peer,
			candidates: [
				{address: peer6, code: 'ENETUNREACH'},
				{address: peer, code: 'ECONNREFUSED'},
			],
		});
		expect([...session.model.totals.byCode]).toEqual([['ENETUNREACH', 1]]);
	});
});

describe('a server', () => {
	it('listens, accepts, closes its connections and stops', () => {
		const session = createSession();
		listening(session, 1, {local: '0.0.0.0:3000'});
		accepted(session, 2, {at: 1, listener: 1});
		expect(session.row('1.0.2')).toMatchObject({role: 'server', stage: 'accepted', listener: id});
		expect(session.row('1.0.2').steps.at(-1)?.fields).toMatchObject({listener: id});
		session.report(1.1, 2, 'firstIn', {bytes: 80});
		expect(session.row('1.0.2')).toMatchObject({stage: 'open', lastActivityAt: moment(1.1)});
		session.report(1.2, 2, 'label', {method: 'GET', path: '/', status: 0, count: 1, inbound: true});
		session.report(1.3, 2, 'label', {method: 'GET', path: '/', status: 404, count: 1, inbound: true});
		expect(session.row('1.0.2').label).toBe('GET / 404');
		const messages = session.row('1.0.2').steps.filter(({fields}) => 'direction' in fields);
		expect(messages.map(({step, fields}) => [step, fields.direction, fields.status])).toEqual([
			['request', 'in', null],
			['response', 'out', 404],
		]);
		session.report(2, 1, 'unlisten', {});
		expect(session.row(id)).toMatchObject({stage: 'closed', role: 'listener', closedAt: moment(2)});
		expect(session.steps(id)).toEqual(['listen', 'unlisten']);
		expect(session.row(id).steps[1]?.fields.local).toEqual(internet('0.0.0.0:3000'));
		expect(session.row('1.0.2').stage).toBe('open');
	});

	it('fails in bind when its port is taken', () => {
		const session = createSession();
		session.report(0, 1, 'bindError', {
			local: internet('0.0.0.0:3000'),
			operation: 'listen',
			error: 'EADDRINUSE',
			message: 'listen EADDRINUSE: address already in use 0.0.0.0:3000',
		});
		expect(session.row(id)).toMatchObject({
			stage: 'failed',
			role: 'listener',
			local: internet('0.0.0.0:3000'),
			error: {operation: 'listen', phase: 'bind', code: 'EADDRINUSE'},
		});
		expect(session.steps(id)).toEqual(['bind-error']);
		expect([...session.model.totals.byCode]).toEqual([['EADDRINUSE', 1]]);
	});

	it.each([
		[
			'tries its taken port again and gets it',
			(session: ReturnType<typeof createSession>) =>
				session.report(1, 1, 'bindError', {
					local: null,
					operation: 'listen',
					error: 'EADDRINUSE',
					message: '',
				}),
			['bind-error', 'listen'],
		],
		[
			'was closed and listens again',
			(session: ReturnType<typeof createSession>) => {
				listening(session, 1);
				session.report(1, 1, 'unlisten', {});
			},
			['listen', 'unlisten', 'listen'],
		],
	])('that %s has one row, which is open', (_, before, steps) => {
		const session = createSession();
		before(session);
		listening(session, 1, {at: 2, inode: 91});
		expect(session.row(id)).toMatchObject({
			stage: 'listening',
			error: null,
			closedAt: null,
			openedAt: moment(2),
		});
		expect(session.steps(id)).toEqual(steps);
		session.pass(60);
		expect(session.row(id).stage).toBe('listening');
	});

	it('listening on a path is a unix socket', () => {
		const session = createSession();
		session.report(0, 1, 'listen', {local: {path: '/run/app.sock'}, inode: 5, backlog: null});
		expect(session.row(id)).toMatchObject({kind: 'unix', stage: 'listening', local: {path: '/run/app.sock'}});
	});
});

describe('TLS', () => {
	const secure = {protocol: 'TLSv1.3', alpn: 'h2', servername: 'api.internal', authorized: true};

	it('starts when TCP is connected', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tls', role: 'client'});
		session.report(0, 1, 'attempt', {address: peer, index: 1, of: 1});
		expect(session.row(id).stage).toBe('connect');
		session.report(0.1, 1, 'connect', {local, peer, inode: 70});
		expect(session.row(id)).toMatchObject({kind: 'tls', stage: 'tls'});
		session.report(0.4, 1, 'secure', secure);
		expect(session.row(id).stage).toBe('open');
		expect(session.row(id).steps.at(-1)).toEqual({
			at: moment(0.4),
			step: 'secure',
			fields: {...secure, ms: 300},
		});
	});

	it('starts on a connection that was plain', () => {
		const session = createSession();
		accepted(session, 1, {at: 0});
		session.report(1, 1, 'firstIn', {bytes: 10});
		session.report(2, 1, 'secureStart', {});
		expect(session.row(id)).toMatchObject({kind: 'tls', stage: 'tls'});
		session.report(2.2, 1, 'secure', secure);
		expect(session.row(id).steps.at(-1)?.fields.ms).toBe(200);
		expect(session.row(id).stage).toBe('open');
	});

	it('fails in its own phase when the handshake is refused', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tls', role: 'client'});
		session.report(0, 1, 'connect', {local, peer, inode: 70});
		session.report(1, 1, 'error', {
			operation: '',
			error: 'CERT_HAS_EXPIRED',
			message: 'expired',
			local,
			peer,
		});
		expect(session.row(id)).toMatchObject({
			stage: 'failed',
			error: {operation: 'handshake', phase: 'tls', code: 'CERT_HAS_EXPIRED'},
		});
	});
});

describe('a UDP socket', () => {
	const near = {address: '0.0.0.0', port: 5353, family: 4} as const;
	const boundSocket = () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		expect(session.row(id)).toMatchObject({kind: 'udp', role: null, stage: 'created'});
		session.report(0.1, 1, 'bound', {local: near, inode: 70});
		return session;
	};

	it('is open once it is bound', () => {
		const session = boundSocket();
		expect(session.row(id)).toMatchObject({role: null, stage: 'open', local: near, peer: null});
		expect(session.row(id).steps.at(-1)).toEqual({at: moment(0.1), step: 'bind', fields: {local: near}});
	});

	it('has a peer and the client role while it is connected', () => {
		const session = boundSocket();
		session.report(1, 1, 'connect', {local, peer, inode: 70});
		expect(session.row(id)).toMatchObject({role: 'client', stage: 'open', local, peer});
		session.report(2, 1, 'bound', {local: near, inode: 70});
		expect(session.row(id)).toMatchObject({role: null, stage: 'open', local: near, peer: null, route: null});
	});

	it('stays open after the error of a datagram', () => {
		const session = boundSocket();
		session.report(1, 1, 'error', {
			...{operation: 'recvmsg', error: 'ECONNREFUSED', message: 'refused', local: near, peer: null},
		});
		expect(session.row(id)).toMatchObject({stage: 'open', error: {operation: 'read', code: 'ECONNREFUSED'}});
	});

	it('is failed when bind fails, until a bind succeeds', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		const taken = {operation: 'bind', error: 'EADDRINUSE', message: 'taken', local: near, peer: null};
		session.report(0.1, 1, 'error', taken);
		expect(session.row(id)).toMatchObject({stage: 'failed', error: {phase: 'bind'}, local: near});
		session.report(1, 1, 'bound', {local: near, inode: 70});
		expect(session.row(id)).toMatchObject({stage: 'open', error: null});
	});

	it('shows its queued bytes, and no value that Node does not report', () => {
		const session = boundSocket();
		const queue = {writeQueueSize: 3000, writeQueueCount: 3, errorListeners: 0, referenced: true};
		session.report(1, 1, 'sampleUdp', queue);
		expect(session.row(id).process).toMatchObject({...queue, writableLength: 3000});
		expect(session.row(id).process).toMatchObject({
			bytesRead: null,
			bytesWritten: null,
			readableLength: null,
		});
	});
});

describe('the stack location where a socket was created', () => {
	it('is in the row and in its first step', () => {
		const session = createSession();
		session.report(0, 1, 'site', {site: 'server.js:41:12'});
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		expect(session.row(id)).toMatchObject({site: 'server.js:41:12', role: 'client'});
		expect(session.row(id).steps).toMatchObject([{step: 'create', fields: {site: 'server.js:41:12'}}]);
	});
});
