import {expect, it} from 'vitest';
import type {ProcessRow} from '../../../../../source/domain/row.ts';
import {
	longestRecentSpan,
	loopStallMs,
	spanMs,
} from '../../../../../source/model/diagnosis/evidence/event-loop.ts';
import {
	connectedClient,
	createSession,
	mainThread,
	moment,
	processStart,
} from '../../../../helpers/model/session.ts';

const longestMs = (process: ProcessRow | null, now: number): number | null => {
	const span = longestRecentSpan(process, now);
	return span === null ? null : spanMs(span);
};

it('an event loop that runs repeatedly, late each time, is not silent', () => {
	const session = createSession();
	connectedClient(session, 1);
	for (const seconds of [0.9, 1.8, 2.7, 3.6]) {
		session.apply({type: 'blocked', at: moment(seconds), ms: 850, ...mainThread});
	}

	const [process = null] = session.model.processes;
	expect(loopStallMs(process, moment(4.4))).toBe(0);
	expect(loopStallMs(process, moment(6.75))).toBe(2000);
});

it('the silence of a loop counts from the hello of its hook, however long the process is known', () => {
	const session = createSession();
	const late = {proc: 2, pid: 5000, thread: 0};
	session.apply(processStart({...late, event: 'unhooked', node: null, at: moment(1)}));
	session.apply(processStart({...late, at: moment(6)}));
	connectedClient(session, 1, {at: 6, from: late});
	const [, process = null] = session.model.processes;
	expect(process?.state).toBe('running');
	expect(loopStallMs(process, moment(6.5))).toBe(0);
	expect(loopStallMs(process, moment(7.65))).toBe(500);
});

it('only the part of a block after the first socket counts, and the silence before it does not', () => {
	const session = createSession();
	session.apply({type: 'blocked', at: moment(1), ms: 400, ...mainThread});
	const [process = null] = session.model.processes;
	expect([longestMs(process, moment(1.5)), loopStallMs(process, moment(9))]).toEqual([null, 0]);
	connectedClient(session, 1, {at: 1.25});
	expect(longestMs(process, moment(1.5))).toBeNull();
	// The record of a listener in the middle of a block comes after that of the block.
	session.apply({type: 'blocked', at: moment(2), ms: 900, ...mainThread});
	expect(longestMs(process, moment(2.5))).toBe(750);
	expect(loopStallMs(process, moment(3.65))).toBe(500);
});
