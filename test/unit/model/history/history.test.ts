import {expect, it} from 'vitest';
import {historySeconds, noHistory} from '../../../../source/domain/view/history.ts';
import {
	connectedClient,
	createSession,
	kernelSocket,
	mainThread,
	moment,
	quietSample,
} from '../../../helpers/model/session.ts';

const id = '1.0.1';
const inode = 1001;

type Session = ReturnType<typeof createSession>;

/** Advances the clock by a second in which the hook has sampled its sockets. */
const second = (session: Session, at: number, bytesRead: number): void => {
	session.report(at, 1, 'sample', {...quietSample, bytesRead, writableLength: bytesRead > 0 ? 300 : 0});
	session.pass(at + 0.5);
};

const values = (session: Session, seconds: number): unknown[] =>
	session.model.history.of(id)?.last('in', seconds) ?? [];

it('a row without bytes has no history, and a row with bytes has a value a second', () => {
	const session = createSession();
	connectedClient(session, 1);
	for (let at = 1; at <= 3; at++) second(session, at, 0);
	expect(session.model.history.of(id)).toBeNull();
	for (const [index, bytes] of [4000, 6000, 6000, 7000].entries()) second(session, 4 + index, bytes);
	expect(values(session, 6)).toEqual([null, null, 4000, 2000, 0, 1000]);
	expect(session.model.history.of(id)?.last('jsOut', 2)).toEqual([300, 300]);
	expect(session.model.history.of(id)?.last('sendQ', 2)).toEqual([null, null]);
});

it('a second without a sample is a gap, not zero: a silent hook, a late snapshot, a missed second', () => {
	const session = createSession();
	connectedClient(session, 1);
	session.snapshot(1, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {inode, sendQ: 900})]);
	second(session, 1, 0);
	second(session, 2, 1000);
	// The hook is silent and no snapshot comes; the clock does not advance between 6 and 9.
	for (const at of [3, 4, 5, 6, 9]) session.pass(at + 0.5);
	second(session, 10, 9000);
	const history = session.model.history.of(id);
	const known = (name: 'in' | 'sendQ'): string =>
		(history?.last(name, 10) ?? []).map(value => (value === null ? '-' : 'x')).join('');
	expect(known('in')).toBe('-xx------x');
	expect(known('sendQ')).toBe('xx--------');
});

it('a history is dropped with its row, or a minute after its last byte, and makes room for others', () => {
	const session = createSession({histories: 1});
	connectedClient(session, 1);
	second(session, 1, 0);
	second(session, 2, 5000);
	connectedClient(session, 2, {local: '10.0.0.5:50001'});
	session.report(2.6, 2, 'sample', {...quietSample, writableLength: 10});
	session.pass(3.5);
	expect(session.model.history.of('1.0.2')).toBeNull();
	expect(session.model.history.untrackedRows).toBe(1);
	for (let at = 4; at < 4 + historySeconds; at++) {
		session.apply({type: 'hook', ...mainThread, at: moment(at), record: {...sample(at), id: 1}});
		session.pass(at + 0.5);
	}
	expect(session.model.history.of(id)).toBeNull();
	session.report(70, 2, 'sample', {...quietSample, writableLength: 20});
	session.pass(70.5);
	expect(session.model.history.of('1.0.2')?.last('jsOut', 1)).toEqual([20]);
});

const sample = (at: number) => ({
	type: 'sample' as const,
	at: moment(at),
	...quietSample,
	bytesRead: 5000,
});

it('a closed row keeps its last minute, and a paused history does not move', () => {
	const session = createSession();
	connectedClient(session, 1);
	for (let at = 1; at <= 4; at++) second(session, at, at * 1000);
	const frozen = session.model.history.freeze();
	const before = frozen.of(id)?.last('in', 4);
	session.report(5, 1, 'close', {hadError: false, bytesRead: 4000, bytesWritten: 0, reason: 'local-destroy'});
	for (let at = 5; at <= 9; at++) session.pass(at + 0.5);
	expect(session.model.history.of(id)?.last('in', 4)).toEqual(before);
	for (let at = 10; at <= 80; at++) session.pass(at);
	expect(session.model.history.of(id)).toBeNull();
	expect(frozen.of(id)?.last('in', 4)).toEqual(before);
	expect(noHistory.freeze().of(id)).toBeNull();
});

it('every value is stored to a thousandth, and a single byte is not rounded to zero', () => {
	const session = createSession();
	connectedClient(session, 1);
	for (const [index, bytes] of [0.2, 1, 2, 1023, 65_537, 123_456_789, 2 ** 31].entries()) {
		session.report(index + 1, 1, 'sample', {...quietSample, writableLength: bytes});
		session.pass(index + 1.5);
		const [shown = 0] = session.model.history.of(id)?.last('jsOut', 1) ?? [];
		expect(shown).toBeGreaterThan(0);
		expect(Math.abs((shown ?? 0) - Math.max(1, bytes)) / Math.max(1, bytes)).toBeLessThan(0.001);
	}
});
