import {expect, test} from 'vitest';
import {canSuspend} from '../../../../source/launcher/signals/job-control.ts';

/** Processes as [ppid, process group, session]. */
const among =
	(processes: Readonly<Record<string, readonly [number, number, number]>>) => (pid: number | 'self') => {
		const place = processes[pid];
		if (place === undefined) throw new Error('ENOENT');
		return `${pid} (a) name (x) S ${place.join(' ')} 34816 1 0`;
	};

test.each<[string, boolean, Readonly<Record<string, readonly [number, number, number]>>]>([
	['started by a shell with job control', true, {self: [10, 20, 10], 10: [1, 10, 10]}],
	['by npm, which a shell has started', true, {self: [20, 20, 10], 20: [10, 20, 10], 10: [1, 10, 10]}],
	['a terminal of its own, as in tmux', false, {self: [5, 20, 20], 5: [1, 5, 5]}],
	['by a script that is a terminal of its own', false, {self: [20, 20, 20], 20: [5, 20, 20], 5: [1, 5, 5]}],
	['the first process of a container', false, {self: [0, 1, 1]}],
	['beside a parent that cannot be seen', false, {self: [10, 20, 10]}],
])('%s: it can be stopped: %s', (_how, expected, processes) => {
	expect(canSuspend(among(processes))).toBe(expected);
});
