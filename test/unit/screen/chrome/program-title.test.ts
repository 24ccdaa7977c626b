import {describe, expect, test} from 'vitest';
import type {ProcessRow} from '../../../../source/domain/row.ts';
import {programTitle} from '../../../../source/screen/chrome/program-title.ts';
import {makeModel, makeProcess} from '../../../helpers/screen/sample-model.ts';

/** Processes by name; those that begin with "‹ " are wrappers. */
const run = (...processes: [string, Partial<ProcessRow>][]): string => {
	const model = makeModel();
	model.processes = processes.map(([program, facts], index) =>
		makeProcess({
			proc: index + 1,
			program: program.replace('‹ ', ''),
			wrapper: program.startsWith('‹ '),
			startedAt: index,
			...facts,
		}),
	);
	model.session = {...model.session, pid: 1};
	const {program, others, wrappers} = programTitle(model);
	return `${program}${others} ${wrappers}`.trimEnd();
};

const ended = (at: number): Partial<ProcessRow> => ({state: 'exited', endedAt: at, exitCode: 0});

test('processes that outlive the command stand behind the program', () => {
	const model = makeModel();
	model.processes = [
		makeProcess({proc: 1, pid: 1, program: 'next-server', startedAt: 1, ...ended(5)}),
		makeProcess({proc: 2, pid: 2, program: 'next telemetry', startedAt: 4}),
	];
	model.session = {...model.session, ended: {at: 5, exitCode: 0, signal: null}};
	expect(programTitle(model)).toMatchObject({program: 'next-server 1', others: ' +1'});
});

describe('the first line names', () => {
	test.each<[string, [string, Partial<ProcessRow>][], string]>([
		['the command until a process has reported', [], 'node server.js 1'],
		[
			'the parents of the program, the nearest first',
			[
				['‹ npm run dev', {pid: 1, ppid: 0}],
				['‹ tsx server.ts', {pid: 2, ppid: 1}],
				['server.ts', {pid: 3, ppid: 2}],
			],
			'server.ts 3 ‹ tsx server.ts ‹ npm run dev',
		],
		[
			'no tool that was run beside it',
			[
				['‹ npm run dev', {pid: 1, ppid: 0}],
				['‹ next dev', {pid: 2, ppid: 1}],
				['next-server', {pid: 3, ppid: 2}],
				['‹ npm config', {pid: 4, ppid: 3, ...ended(9)}],
			],
			'next-server 3 ‹ next dev ‹ npm run dev',
		],
		[
			'behind a shell, the parents that ran when the program began',
			[
				['‹ npm start', {pid: 1, ppid: 0}],
				['‹ npm run build', {pid: 3, ppid: 2, ...ended(1)}],
				['server.js', {pid: 5, ppid: 2}],
			],
			'server.js 5 ‹ npm start',
		],
		[
			'with several programs, the parents of all of them',
			[
				['‹ npm run both', {pid: 1, ppid: 0}],
				['‹ concurrently', {pid: 2, ppid: 1}],
				['‹ npm run a', {pid: 3, ppid: 2}],
				['‹ npm run b', {pid: 4, ppid: 2}],
				['a.js', {pid: 5, ppid: 3}],
				['b.js', {pid: 6, ppid: 4}],
			],
			'a.js 5 +1 ‹ concurrently ‹ npm run both',
		],
		[
			'a watcher without a hook, which is known later than its program',
			[
				['server.js', {pid: 2, ppid: 1}],
				['‹ node --watch server.js', {pid: 1, ppid: 0, state: 'unhooked'}],
			],
			'server.js 2 ‹ node --watch server.js',
		],
		[
			'the program that runs, not the one before its restart',
			[
				['‹ nodemon server.js', {pid: 1, ppid: 0}],
				['server.js', {pid: 2, ppid: 1, ...ended(5)}],
				['server.js', {pid: 3, ppid: 1}],
			],
			'server.js 3 ‹ nodemon server.js',
		],
		[
			'after the end the program that ran until then',
			[
				['‹ nodemon server.js', {pid: 1, ppid: 0, ...ended(60_000)}],
				['server.js', {pid: 2, ppid: 1, ...ended(5)}],
				['server.js', {pid: 3, ppid: 1, ...ended(60_000)}],
			],
			'server.js 3 ‹ nodemon server.js',
		],
		[
			'what has a hook before what has none',
			[
				['python3', {pid: 2, ppid: 1, state: 'unhooked'}],
				['server.js', {pid: 1, ppid: 0}],
			],
			'server.js 1 +1',
		],
		[
			'no ring of parents twice',
			[
				['a', {pid: 2, ppid: 3}],
				['‹ b', {pid: 3, ppid: 2}],
			],
			'a 2 ‹ b',
		],
		[
			'after the end the last of those that ran one after the other',
			[
				['‹ npm run build', {pid: 1, ppid: 0, ...ended(9)}],
				['tsc', {pid: 2, ppid: 1, ...ended(2.5)}],
				['vite', {pid: 3, ppid: 1, startedAt: 3, ...ended(9)}],
			],
			'vite 3 ‹ npm run build',
		],
	])('%s', (_what, processes, expected) => {
		expect(run(...processes)).toBe(expected);
	});
});
