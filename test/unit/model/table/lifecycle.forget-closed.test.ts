import {expect, it} from 'vitest';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	listening,
	quietSample,
} from '../../../helpers/model/session.ts';

const forget = (session: ReturnType<typeof createSession>, ...ids: string[]): void =>
	session.model.apply({type: 'forget', at: session.model.now, ids});

it('named closed rows leave at once; open rows and other closed rows stay', () => {
	const session = createSession();
	for (const serial of [1, 2, 3]) connectedClient(session, serial);
	for (const serial of [1, 2]) session.report(2, serial, 'close', closed);
	session.model.takeChanges();
	forget(session, '1.0.1', '1.0.3', '1.0.99');
	expect(session.stages()).toEqual({'1.0.2': 'closed', '1.0.3': 'open'});
	expect(session.model.takeChanges().removedIds).toEqual(['1.0.1']);
	expect(session.model.totals.rows).toBe(3);
});

it('forgotten rows do not come back, and leave nothing behind', () => {
	const session = createSession();
	connectedClient(session, 1);
	session.report(1, 1, 'close', closed);
	forget(session, '1.0.1');
	session.report(2, 1, 'sample', quietSample);
	session.pass(60);
	expect(session.stages()).toEqual({});
});

it('a closed listener leaves its connections behind', () => {
	const session = createSession();
	listening(session, 1);
	accepted(session, 2, {at: 1, listener: 1});
	session.report(2, 1, 'unlisten', {});
	forget(session, '1.0.1');
	session.pass(30);
	expect(session.stages()).toEqual({'1.0.2': 'accepted'});
});

it('forgetting no rows is no change', () => {
	const session = createSession();
	connectedClient(session, 1);
	const {version} = session.model;
	forget(session, '1.0.1', 'x');
	expect(session.model.version).toBe(version);
});
