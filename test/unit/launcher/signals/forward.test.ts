import {expect, test} from 'vitest';
import {
	createEscalation,
	handledSignals,
	parseIsForeground,
	reactions,
} from '../../../../source/launcher/signals/forward.ts';

test('Ctrl-C sends a stronger signal each time, and says when no process is left', () => {
	const sent: string[] = [];
	const escalate = createEscalation({signal: name => sent.push(name) < 5});
	expect([escalate(), escalate(), escalate(), escalate(), escalate()]).toEqual([
		'SIGINT',
		'SIGTERM',
		'SIGKILL',
		'SIGKILL',
		null,
	]);
});

test('every handled signal has a reaction in every mode', () => {
	for (const mode of ['headless', 'json', 'screen'] as const)
		expect(Object.keys(reactions[mode]).sort()).toEqual([...handledSignals].sort());
});

test.each([
	['in the foreground of a terminal', '9 (node) S 8 9 7 34816 9 0', true],
	['in the background', '9 (node) S 8 9 7 34816 12 0', false],
	['without a terminal', '9 (node) S 8 9 7 0 -1 0', false],
	['with a name made to mislead', '9 (a) S 1 1 1 5 1 (b) S 8 9 7 0 -1 0', false],
])('a process %s', (_, stat, expected) => {
	expect(parseIsForeground(stat)).toBe(expected);
});
