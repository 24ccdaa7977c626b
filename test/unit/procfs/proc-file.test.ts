import {describe, expect, test} from 'vitest';
import {parseStat, readProcFileNow} from '../../../source/procfs/proc-file.ts';

describe('a line of /proc/PID/stat', () => {
	const rest = 'S 1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 4711 0 0';
	test.each([
		['7 (node) ', 'node'],
		['7 (a b) ', 'a b'],
		['7 (x) S 9 (y)) ', 'x) S 9 (y)'],
		['7 () ', ''],
	])('%j', (begin, comm) => {
		expect(parseStat(begin + rest)).toEqual({
			comm,
			ppid: 1,
			cpuSeconds: 2,
			startTicks: 4711,
			stopped: false,
			startStack: 0,
		});
	});
	test.each(['', '7', '7 (', '7 (node)', '7 (node) S', '7 )node( S 1', '7 (node) S x 1 1'])(
		'%j is refused',
		text => {
			expect(parseStat(text)).toBeNull();
		},
	);
});

describe('a file that is read at once', () => {
	test('is read to its end, or to the limit', () => {
		const whole = readProcFileNow('/proc/self/status', 16_384);
		expect(whole).toContain(`Pid:\t${process.pid}\n`);
		expect(readProcFileNow('/proc/self/status', 5)).toBe(whole?.slice(0, 5));
	});

	test('is null where it is missing', () => {
		expect(readProcFileNow('/proc/self/none', 100)).toBeNull();
	});
});
