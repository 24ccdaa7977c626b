import {describe, expect, it} from 'vitest';
import type {KernelState} from '../../source/model/types.ts';
import {
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	moment,
	processStart,
} from './support.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const id = '1.0.1';
const secondNetns = '4026532999';
const second = {proc: 2, pid: 5000, thread: 0};

describe('a row finds its socket', () => {
	it('by inode, whatever the addresses', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.look(1, [kernelSocket('10.9.9.9:1', peer, {inode: 77, cookie: 'a', sendQ: 5})]);
		expect(session.row(id)).toMatchObject({
			joinedBy: 'inode',
			kernel: {state: 'ESTAB', inode: 77, cookie: 'a', sendQ: 5, seenAt: moment(1)},
		});
	});

	it('by cookie, once its inode is gone', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.look(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.look(2, [kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'cookie', kernel: {state: 'FIN-WAIT-2', inode: null}});
	});

	it.each([
		['as it is', local, peer],
		['IPv4 in IPv6', '[::ffff:10.0.0.5]:50000', '[::ffff:10.0.0.9]:443'],
		['IPv4 in IPv6, in capitals', '[::FFFF:10.0.0.5]:50000', '[::FFFF:10.0.0.9]:443'],
	])('by tuple, where no inode is known: %s', (_, near, far) => {
		const session = createSession();
		connectedClient(session, 1, {inode: null});
		session.look(1, [kernelSocket(near, far, {inode: 77})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'tuple', kernel: {inode: 77}});
	});

	it("but not another protocol's with the same addresses: a name server listens by UDP and by TCP", () => {
		const session = createSession();
		session.tell(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		session.tell(0, 1, 'bound', {local: internet('0.0.0.0:53'), inode: 77});
		session.look(1, [kernelSocket('0.0.0.0:53', null, {inode: 78})]);
		expect(session.row(id)).toMatchObject({kind: 'udp', stage: 'open', kernel: null, joinedBy: null});
	});

	it('by tuple on a platform without ss, which tells neither inode nor cookie', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.look(1, [kernelSocket(local, peer)]);
		expect(session.row(id)).toMatchObject({joinedBy: 'tuple', kernel: {state: 'ESTAB'}});
	});

	it('and takes its addresses from it where the process has told none', () => {
		const session = createSession();
		session.tell(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.tell(0, 1, 'attempt', {address: internet(peer), index: 1, of: 1});
		session.tell(0, 1, 'handle', {local: null, inode: 77});
		session.look(1, [kernelSocket(local, peer, {state: 'SYN-SENT', inode: 77})]);
		expect(session.row(id)).toMatchObject({stage: 'connect', local: internet(local), peer: internet(peer)});
	});

	it('a listener of its own by inode, one that another process holds for it by its address', () => {
		const session = createSession();
		listening(session, 1, {local: '0.0.0.0:3000', inode: 80});
		session.tell(0, 2, 'listen', {local: internet('0.0.0.0:4000'), inode: null, backlog: null});
		session.look(1, [
			kernelSocket('0.0.0.0:3000', null, {inode: 80, recvQ: 3, sendQ: 511}),
			kernelSocket('0.0.0.0:4000', null, {inode: 81, sendQ: 128}),
		]);
		expect(session.row('1.0.1')).toMatchObject({joinedBy: 'inode', kernel: {recvQ: 3, sendQ: 511}});
		expect(session.row('1.0.2')).toMatchObject({joinedBy: 'tuple', kernel: {inode: 81, sendQ: 128}});
	});

	it('also where two processes hold one socket: both rows show it', () => {
		const session = createSession();
		session.apply(processStart(second));
		connectedClient(session, 1, {inode: 77});
		connectedClient(session, 1, {inode: 77, from: second});
		session.look(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel?.inode).toBe(77);
	});

	it('but not where it has closed a socket that another process goes on with', () => {
		const session = createSession();
		session.apply(processStart(second));
		connectedClient(session, 1, {inode: 77});
		connectedClient(session, 1, {inode: 77, from: second, at: 1});
		session.tell(1, 1, 'close', closed);
		session.look(2, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		expect(session.row('1.0.1')).toMatchObject({kernel: null, stage: 'closed'});
		expect(session.row('2.0.1')).toMatchObject({joinedBy: 'inode', stage: 'open'});
	});
});

describe('a tuple that was used again', () => {
	it.each([
		['belongs to another process', {inode: 78, cookie: 'b'}],
		['waits to be accepted', {inode: null, cookie: 'b'}],
	])('is not taken for the socket of a row whose inode is known, when it %s', (_, socket) => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.look(1, [kernelSocket(local, peer, socket)]);
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null});
	});

	it.each<[string, {state?: KernelState; inode: number | null; cookie: string}]>([
		['is open in another process', {inode: 78, cookie: 'b'}],
		['waits to be accepted', {inode: null, cookie: 'b'}],
		['is being closed by another process', {state: 'FIN-WAIT-1', inode: 78, cookie: 'b'}],
	])('is not taken for the rest of a closed row, when it %s', (_, socket) => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.tell(1, 1, 'close', closed);
		session.look(2, [kernelSocket(local, peer, socket)]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'closed'});
	});

	it('is not taken for a row that was joined to another cookie', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.look(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.tell(2, 1, 'close', closed);
		session.look(3, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'})]);
		session.look(4, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'})]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'closed'});
	});

	it('goes to the row that has it now, by its inode', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.tell(1, 1, 'close', closed);
		connectedClient(session, 2, {inode: 78, at: 2});
		session.look(3, [kernelSocket(local, peer, {inode: 78})]);
		expect(session.row('1.0.1').kernel).toBeNull();
		expect(session.row('1.0.2').kernel?.inode).toBe(78);
	});

	it('in another network namespace is another connection', () => {
		const session = createSession();
		session.apply(processStart({...second, netns: secondNetns}));
		connectedClient(session, 1, {inode: null});
		connectedClient(session, 1, {inode: null, from: second});
		session.look(1, [kernelSocket(local, peer, {inode: 77})]);
		session.look(2, [kernelSocket(local, peer, {inode: 88})], {netns: secondNetns});
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel?.inode).toBe(88);
		session.look(3, [], {netns: secondNetns});
		session.look(4, [], {netns: secondNetns});
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel).toBeNull();
	});
});

describe('a socket that the kernel does not show', () => {
	const seen = kernelSocket(local, peer, {inode: 1001, cookie: 'a'});

	it('is gone after two looks without it, since a look is not made in one moment', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.look(1, [seen]);
		session.look(2, []);
		expect(session.row(id).kernel?.state).toBe('ESTAB');
		session.look(3, [seen]);
		session.look(4, []);
		expect(session.row(id).kernel?.state).toBe('ESTAB');
		session.look(5, []);
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null, stage: 'open'});
	});

	it('is not missed where it is younger than the look', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 2, inode: null});
		// The look began before the connection, and shows the tuple's former socket.
		session.look(1, [kernelSocket(local, peer, {inode: 66})]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'open'});
		session.look(3, [kernelSocket(local, peer, {inode: 77})]);
		expect(session.row(id).kernel?.inode).toBe(77);
	});

	it('was the one of an attempt: the next attempt is another socket', () => {
		const session = createSession();
		session.tell(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.tell(0, 1, 'attempt', {address: internet('10.0.0.8:443'), index: 1, of: 2});
		session.tell(0.1, 1, 'handle', {local: internet(local), inode: 70});
		session.look(0.2, [kernelSocket(local, '10.0.0.8:443', {state: 'SYN-SENT', inode: 70, cookie: 'a'})]);
		expect(session.row(id).kernel?.inode).toBe(70);
		session.tell(0.3, 1, 'attemptTimeout', {address: internet('10.0.0.8:443'), index: 1});
		session.tell(0.3, 1, 'attempt', {address: internet(peer), index: 2, of: 2});
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null, local: null, peer: internet(peer)});
		session.tell(0.4, 1, 'handle', {local: internet('10.0.0.5:50001'), inode: 71});
		session.look(0.5, [kernelSocket('10.0.0.5:50001', peer, {state: 'SYN-SENT', inode: 71, cookie: 'b'})]);
		expect(session.row(id)).toMatchObject({kernel: {inode: 71}, attempt: {n: 2, of: 2}});
	});

	it('keeps the inode of its attempt, where the connection was over before anybody could ask again', () => {
		const session = createSession();
		session.tell(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.tell(0, 1, 'attempt', {address: internet(peer), index: 1, of: 1});
		session.tell(0.1, 1, 'handle', {local: internet(local), inode: 70});
		session.tell(0.2, 1, 'connect', {local: null, peer: null, inode: null});
		session.look(0.3, [kernelSocket(local, peer, {inode: 70})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'inode', local: internet(local), peer: internet(peer)});
	});
});

describe('what the kernel has left of a closed connection', () => {
	it.each<KernelState>(['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'])(
		'%s makes its row linger, until it is gone',
		state => {
			const session = createSession();
			connectedClient(session, 1);
			session.look(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a'})]);
			session.tell(2, 1, 'close', closed);
			expect(session.row(id).stage).toBe('closed');
			session.look(3, [kernelSocket(local, peer, {state, cookie: 'a'})]);
			expect(session.row(id)).toMatchObject({stage: 'lingering', kernel: {state}, joinedBy: 'cookie'});
			session.look(4, []);
			session.look(5, []);
			expect(session.row(id)).toMatchObject({stage: 'closed', kernel: null});
		},
	);

	it('is found by its tuple, where no look had seen the connection', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.tell(1, 1, 'close', closed);
		session.look(2, [kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', joinedBy: 'tuple'});
	});

	it('marks a failed row', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.tell(1, 1, 'close', {...closed, hadError: true, reason: 'error'});
		session.look(2, [kernelSocket(local, peer, {state: 'LAST-ACK', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({stage: 'failed', marks: ['lingering']});
	});
});

describe('a look that tells nothing new', () => {
	it('changes no row, but the time it was seen at', () => {
		const session = createSession();
		connectedClient(session, 1);
		const timer = {name: 'keepalive', ms: 5000, count: 0} as const;
		session.look(1, [kernelSocket(local, peer, {inode: 1001, timer})]);
		session.model.takeChanges();
		session.look(2, [kernelSocket(local, peer, {inode: 1001, timer: {...timer, ms: 4000}})]);
		expect(session.model.takeChanges().changed.size).toBe(0);
		expect(session.row(id).kernel).toMatchObject({seenAt: moment(2), timer: {ms: 4000}});
		session.look(3, [kernelSocket(local, peer, {inode: 1001, timer, sendQ: 1})]);
		expect(session.model.takeChanges().changed.size).toBe(1);
	});
});
