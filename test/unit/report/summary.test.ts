// The summary on standard error after a run without screen or records.
import {describe, expect, it} from 'vitest';
import {summaryText} from '../../../source/report/summary.ts';
import {noCounters} from '../../helpers/model/row.ts';
import {createSession, mainThread, moment, netns, type Session} from '../../helpers/model/session.ts';

const summary = (session: Session): string => summaryText(session.model, moment(10));

const listenDrops = (session: Session, ...counts: Array<number | null>): void => {
	for (const [seconds, count] of counts.entries()) {
		const counters = {...noCounters, listenDrops: count};
		session.apply({type: 'counters', netns, at: moment(seconds), counters});
	}
};

const notUnderstood = (session: Session, count: number): void =>
	session.apply({
		type: 'kernel-end',
		at: moment(1),
		end: {
			...{netns, kind: 'table', at: moment(1), tookMs: 1, socketCount: 0, socketKinds: new Set()},
			notUnderstood: {count, samples: ['\x1b[2J']},
		},
		owners: new Map(),
	});

describe('the summary', () => {
	it('has a minimum of lost records where a process ended without a last report', () => {
		const session = createSession();
		const end = {type: 'process', at: moment(3), exitCode: null, signal: null} as const;
		expect(summary(session)).toContain(' steps seen, 0 lost\n');
		session.apply({...end, event: 'lost', ...mainThread, isUnreported: true});
		expect(summary(session)).toContain(
			' steps seen, at least 0 lost (1 thread ended without a last report)\n',
		);
	});

	it.each([
		[[7, 8], '1 connection was dropped by listeners'],
		[[7, 9, 10], '3 connections were dropped by listeners'],
	])("has the listeners' drops of the run: %s", (counts, drops) => {
		const session = createSession();
		listenDrops(session, ...counts);
		expect(summary(session)).toContain(`  dropped    ${drops}, of all processes in the network namespace\n`);
	});

	it.each([[[7, 7]], [[7]], [[null, null]]])('has no line about drops without drops: %s', counts => {
		const session = createSession();
		listenDrops(session, ...counts);
		expect(summary(session)).not.toContain('dropped');
	});

	it('names the command that shows unparsed lines of ss, and none of these lines', () => {
		const session = createSession();
		notUnderstood(session, 0);
		expect(summary(session)).not.toContain('of ss');
		notUnderstood(session, 3);
		expect(summary(session)).toContain(
			'3 lines of ss were not understood: netwatch doctor shows how to report them\n',
		);
		expect(summary(session)).not.toContain('\x1b');
	});
});
