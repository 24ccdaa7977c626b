import {describe, expect, it} from 'vitest';
import {
	connectedClient,
	createSession,
	kernelSocket,
	listening,
	moment,
	netns,
	type Session,
} from '../../../../helpers/model/session.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const other = kernelSocket('10.0.0.7:1', '10.0.0.8:2', {inode: 5});

const route = {
	...{dst: '10.0.0.9', from: null, dev: null, src: null, gateway: null, table: null, mtu: null},
	error: 'Network is unreachable',
};

const answerRoutes = (session: Session, seconds: number): void => {
	const answers = session.model.takeRouteQueries().map(query => ({...query, route}));
	session.apply({type: 'routes', at: moment(seconds), netns, answers});
	session.pass(seconds + 0.25);
};

describe('a connection whose socket its network namespace does not have', () => {
	it('has no route and a disagreement, until a table shows its socket', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [other]);
		answerRoutes(session, 1.1);
		expect(session.row('1.0.1')).toMatchObject({route, disagreement: null});
		session.snapshot(2, [other]);
		expect(session.row('1.0.1')).toMatchObject({
			route: null,
			kernel: null,
			disagreement: `the kernel has no socket with inode 77 in network namespace ${netns}: it is of another one, or was reset`,
		});
		session.model.takeRouteQueries();
		session.snapshot(3, [other]);
		expect(session.model.takeRouteQueries()).toEqual([]);
		session.snapshot(4, [kernelSocket(local, peer, {inode: 77})]);
		answerRoutes(session, 4.1);
		expect(session.row('1.0.1')).toMatchObject({route, disagreement: null, kernel: {state: 'ESTAB'}});
	});

	it('keeps its route where the table was incomplete, or has shown the socket once', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		const secondLocal = '10.0.0.5:50002';
		connectedClient(session, 2, {inode: 78, local: secondLocal});
		session.snapshot(1, [kernelSocket(secondLocal, peer, {inode: 78})]);
		answerRoutes(session, 1.1);
		const withoutInode = kernelSocket('10.0.0.7:1', '10.0.0.8:2');
		for (const seconds of [2, 3, 4]) session.snapshot(seconds, [withoutInode]);
		expect(session.row('1.0.1')).toMatchObject({route, disagreement: null});
		for (const seconds of [5, 6, 7]) session.snapshot(seconds, [other]);
		expect(session.row('1.0.1').route).toBeNull();
		expect(session.row('1.0.2')).toMatchObject({route, disagreement: null});
	});
});

describe('a listener whose socket its network namespace does not have', () => {
	it('has none of the connections that wait there at its port', () => {
		const session = createSession();
		listening(session, 1, {local: '0.0.0.0:443', inode: 77});
		const queued = kernelSocket('10.0.0.5:443', '10.0.0.9:50000', {cookie: 'q'});
		for (const seconds of [1, 2, 3]) session.snapshot(seconds, [other, queued]);
		expect([...session.model.rows.values()].map(({id}) => id)).toEqual(['1.0.1']);
		expect(session.row('1.0.1').acceptQueue?.others ?? []).toEqual([]);
	});
});
