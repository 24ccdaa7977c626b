import {expect, test} from 'vitest';
import {count, differing, judge} from './compare.ts';
import {outcomesOf} from './outcomes.ts';

const file = (reports: 'lines' | 'tap' | 'marks' | 'exit') => ({name: 'a.js', reports});

test('a program of Node is one test, which its exit code or a TAP line that skips it decides', () => {
	const of = (exitCode: number | null, output = '') => [
		...outcomesOf(file('exit'), {exitCode, output}, '').entries(),
	];
	expect(of(0)).toEqual([['a.js', 'passed']]);
	expect(of(1)).toEqual([['a.js', 'failed']]);
	expect(of(null)).toEqual([['a.js', 'failed']]);
	expect(of(0, '1..0 # Skipped: no IPv6\n')).toEqual([['a.js', 'skipped']]);
});

test('a report gives each test its name, also where two have the same and the last line was cut', () => {
	const report = '["passed","one"]\n["failed","one"]\n["skipped","two"]\n["pas';
	const outcomes = outcomesOf(file('lines'), {exitCode: 1, output: ''}, report);
	expect([...outcomes]).toEqual([
		['a.js › one', 'passed'],
		['a.js › one #2', 'failed'],
		['a.js › two', 'skipped'],
		['a.js (end of the process)', 'failed'],
	]);
	expect(count(outcomes)).toEqual({tests: 3, passed: 1, failed: 1, skipped: 1});
});

test("Node's TAP gives each test the names of those around it, and leaves suites out", () => {
	const report = `TAP version 13
# Subtest: outer
    # Subtest: inner
    not ok 1 - inner
      ---
      duration_ms: 1
      error: 'no'
      ...
    1..1
not ok 1 - outer
  ---
  duration_ms: 2
  type: 'suite'
  ...
# Subtest: later
ok 2 - later # SKIP no IPv6
  ---
  duration_ms: 0
  ...
`;
	expect([...outcomesOf(file('tap'), {exitCode: 1, output: ''}, report)]).toEqual([
		['a.js › outer › inner', 'failed'],
		['a.js › later', 'skipped'],
		['a.js (end of the process)', 'failed'],
	]);
});

test('marks that a program prints are counted, in whatever order the names come', () => {
	const output = 'a.js\n  one   two ✔\n? - SKIPPED\nnoise\n  three FAILED!\n\nError\n';
	expect([...outcomesOf(file('marks'), {exitCode: 255, output}, '').values()]).toEqual([
		'passed',
		'skipped',
		'failed',
		'failed',
	]);
});

test('a test that did not run differs from one that did', () => {
	expect(differing(new Map([['a', 'passed']]), new Map())).toEqual(['a']);
	expect(differing(new Map([['a', 'failed']]), new Map([['a', 'failed']]))).toEqual([]);
});

test.each([
	['hook', {plain: ['passed', 'passed'], blank: ['passed'], hooked: ['failed', 'failed']}],
	['hook', {plain: ['passed', 'passed'], blank: ['passed'], hooked: ['passed', 'failed']}],
	['once', {plain: ['passed', 'passed'], blank: ['passed'], hooked: ['failed', 'passed']}],
	['preload', {plain: ['passed', 'passed'], blank: ['failed'], hooked: ['failed', 'failed']}],
	['unsteady', {plain: ['passed', 'failed'], blank: ['passed'], hooked: ['failed', 'failed']}],
	['unsteady', {plain: ['passed', 'passed'], blank: ['failed', 'passed'], hooked: ['failed', 'passed']}],
	['hook', {plain: ['passed', 'passed'], blank: ['passed'], hooked: [undefined, undefined]}],
] as const)('%s is the verdict on %j', (verdict, {plain, blank, hooked}) => {
	expect(judge({plain: [...plain], blank: [...blank], hooked: [...hooked]})).toBe(verdict);
});
