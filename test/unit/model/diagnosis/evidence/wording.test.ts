// The next command: which tool it takes, and by which process it enters a network namespace.
import {describe, expect, test} from 'vitest';
import type {RowContext} from '../../../../../source/domain/diagnosis/diagnosis.ts';
import type {ProcessRow} from '../../../../../source/domain/row.ts';
import {nextCommand} from '../../../../../source/model/diagnosis/evidence/wording.ts';
import {createRow} from '../../../../../source/model/table/new-row.ts';
import {makeWorld} from '../../../../helpers/model/rule-engine.ts';
import {internet} from '../../../../helpers/model/session.ts';
import {makeThread} from '../../../../helpers/model/thread-row.ts';

type Subject = Pick<RowContext, 'row' | 'process' | 'facts'>;

const subject = (process: ProcessRow, processes: readonly ProcessRow[]): Subject => ({
	row: {...createRow('1.0.1', null, 0), netns: 'ns:2', pid: process.pid, peer: internet('10.0.0.9:443')},
	process,
	facts: makeWorld({
		session: {command: [], pid: null, netns: 'ns:1', startedAt: 0, ended: null},
		processes,
	}),
});
const living = makeThread({pid: 7, netns: 'ns:2', endedAt: null});
const ended = makeThread({pid: 8, netns: 'ns:2', state: 'exited', endedAt: 5});
const ofEnded = subject(ended, []);
const unowned: Subject = {...ofEnded, process: null, row: {...ofEnded.row, pid: null}};

describe('the next command in another network namespace', () => {
	test.each<[title: string, context: Subject, expected: unknown]>([
		['enters by the process', subject(living, [living]), {argv: expect.arrayContaining(['nsenter', '7'])}],
		[
			'enters by another process of it where the own one has ended',
			subject(ended, [ended, living]),
			{argv: expect.arrayContaining(['nsenter', '7'])},
		],
		[
			'names the ended process where none is left, and so becomes advice',
			subject(ended, [ended]),
			{argv: ['nsenter', '-t', '8', '-n', 'ip', 'route', 'get', '10.0.0.9']},
		],
		[
			'is advice for a socket without a process in a namespace without one',
			unowned,
			{advice: 'in the network namespace ns:2: ip route get 10.0.0.9'},
		],
	])('%s', (_title, context, expected) => {
		expect(nextCommand(context, 'route')).toEqual(expected);
	});
});

test.each(['socket', 'listeners', 'route'] as const)(
	'the next command about the %s of a unix socket asks for its path',
	topic => {
		const context = subject(living, [living]);
		const row = {...context.row, netns: 'ns:1', peer: {path: '/run/app.sock'}};
		const next = nextCommand({...context, row}, topic);
		expect(next).toEqual({argv: ['ss', topic === 'socket' ? '-xap' : '-xlp', 'src', '/run/app.sock']});
	},
);
