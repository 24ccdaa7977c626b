import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	formatAddress,
	formatAge,
	formatBytes,
	formatCommand,
	formatCount,
	formatDuration,
	formatExit,
	formatMs,
	formatRate,
} from '../../../source/domain/format.ts';

describe('sizes take at most four characters', () => {
	const cases: [bytes: number | null, shown: string][] = [
		[null, '–'],
		[0, '0'],
		[1, '1'],
		[999, '999'],
		[1000, '1.0k'],
		[1024, '1.0k'],
		[1234, '1.2k'],
		[10_188, '9.9k'],
		[10_240, '10k'],
		[65_536, '64k'],
		[1_023_000, '999k'],
		[1_048_576, '1.0M'],
		[38_000_000, '36M'],
		[5 * 2 ** 40, '5.0T'],
		[Number.MAX_SAFE_INTEGER, '8.0P'],
		[Number.NaN, '–'],
	];
	it.each(cases)('%s bytes: %s', (bytes, shown) => {
		expect(formatBytes(bytes)).toBe(shown);
	});

	it('any size takes at most four characters', () => {
		fc.assert(
			fc.property(fc.double({min: 0, max: 2 ** 60, noNaN: true}), size => {
				expect(formatBytes(size).length).toBeLessThanOrEqual(4);
				expect(formatCount(size).length).toBeLessThanOrEqual(4);
			}),
		);
	});

	it('counts are scaled by thousands', () => {
		expect([formatCount(999), formatCount(1234), formatCount(12_345_678)]).toEqual(['999', '1.2k', '12M']);
	});

	it('a rate names its unit, and an unobserved one is no rate', () => {
		expect([formatRate(37_000), formatRate(0), formatRate(null)]).toEqual(['36k/s', '0/s', '–']);
	});
});

describe('ages in the table get coarser as they grow', () => {
	const cases: [ms: number | null, shown: string][] = [
		[null, '–'],
		[-30, '<1s'],
		[0, '<1s'],
		[999, '<1s'],
		[1000, '1s'],
		[9_999, '9s'],
		[10_000, '10s'],
		[14_999, '10s'],
		[15_000, '15s'],
		[59_999, '55s'],
		[60_000, '1m'],
		[3_599_999, '59m'],
		[3_600_000, '1h'],
		[86_400_000, '1d'],
		[99 * 86_400_000, '99d'],
		[100 * 86_400_000, '14w'],
		[800 * 86_400_000, '2y'],
	];
	it.each(cases)('%s ms: %s', (ms, shown) => {
		expect(formatAge(ms)).toBe(shown);
	});

	it('three characters at most', () => {
		fc.assert(
			fc.property(fc.double({min: -1e6, max: 1e15, noNaN: true}), ms => {
				expect(formatAge(ms).length).toBeLessThanOrEqual(3);
			}),
		);
	});
});

describe('durations as text', () => {
	const cases: [ms: number | null, duration: string, ms: string][] = [
		[null, '–', '–'],
		[0, '0.0s', '0.0 ms'],
		[0.05, '0.0s', '0.05 ms'],
		[12.34, '0.0s', '12.3 ms'],
		[400, '0.4s', '400 ms'],
		[1204, '1.2s', '1.204 s'],
		[9_949, '9.9s', '9.949 s'],
		[9_951, '10s', '9.951 s'],
		[42_400, '42s', '42.400 s'],
		[59_600, '1m00s', '59.600 s'],
		[192_000, '3m12s', '3m12s'],
		[7_500_000, '2h05m', '2h05m'],
		[277_000_000, '3d04h', '3d04h'],
		[-5, '0.0s', '-5.0 ms'],
	];
	it.each(cases)('%s ms: %s, as a step %s', (ms, duration, inMs) => {
		expect([formatDuration(ms), formatMs(ms)]).toEqual([duration, inMs]);
	});
});

describe('addresses, commands and ends', () => {
	it.each([
		[{address: '127.0.0.1', port: 80, family: 4}, '127.0.0.1:80'],
		[{address: '::1', port: 80, family: 6}, '[::1]:80'],
		[{address: 'fe80::1%eth0', port: 5353, family: 6}, '[fe80::1%eth0]:5353'],
		[{path: '/run/x.sock'}, '/run/x.sock'],
		[{path: ''}, '(unnamed)'],
		[{path: '/tmp/\x1b[2J'}, '/tmp/\\x1b[2J'],
		[null, '–'],
	] as const)('%o reads %s', (address, shown) => {
		expect(formatAddress(address)).toBe(shown);
	});

	it('a command is split into its words', () => {
		expect(formatCommand(['node', 'my server.js', '--name=a', "it's", '\x1b[1m'])).toBe(
			"node 'my server.js' --name=a 'it'\\''s' '\\x1b[1m'",
		);
	});

	it.each([
		[{exitCode: 0, signal: null}, 'exit code 0'],
		[{exitCode: null, signal: 'SIGTERM'}, 'SIGTERM'],
		[{exitCode: null, signal: null}, 'unknown exit code'],
	])('%o: %s', (end, shown) => {
		expect(formatExit(end)).toBe(shown);
	});
});
