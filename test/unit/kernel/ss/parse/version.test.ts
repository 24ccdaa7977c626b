import {describe, expect, test} from 'vitest';
import {
	hasMptcp,
	hasNoHeader,
	hasOneLine,
	parseSsVersion,
	printsSecondsAsMs,
	printsStarForIPv4,
	reportsPeerWindow,
	type SsVersion,
} from '../../../../../source/kernel/ss/parse/version.ts';

describe('the version of ss', () => {
	test.each([
		['ss utility, iproute2-6.1.0\n', {major: 6, minor: 1}],
		['ss utility, iproute2-6.12.0, libbpf 1.4.0\n', {major: 6, minor: 12}],
		['ss utility, iproute2-5.10.0', {major: 5, minor: 10}],
		['ss utility, iproute2-ss200602', {major: 5, minor: 7}],
		['ss utility, iproute2-ss200127', {major: 5, minor: 5}],
		['ss utility, iproute2-ss191125', {major: 5, minor: 2}],
		['ss utility, iproute2-ss190708', {major: 5, minor: 2}],
		['ss utility, iproute2-ss190107', {major: 4, minor: 20}],
		['ss utility, iproute2-ss171112', {major: 4, minor: 14}],
		['ss utility, iproute2-ss170905', {major: 4, minor: 9}],
		['ss utility, iproute2-ss160111', {major: 4, minor: 4}],
		['ss utility, iproute2-ss140101', {major: 4, minor: 0}],
		['ss utility, something else', null],
	])('%j', (text, parsed) => {
		expect(parseSsVersion(text)).toEqual(parsed);
	});

	const of = (version: SsVersion | null) => ({
		H: hasNoHeader(version),
		O: hasOneLine(version),
		M: hasMptcp(version),
		secondsAsMs: printsSecondsAsMs(version),
		starForIPv4: printsStarForIPv4(version),
		windows: reportsPeerWindow(version),
	});
	const none = {H: false, O: false, M: false, secondsAsMs: true, starForIPv4: true, windows: false};
	test.each([
		['4.4', none],
		['4.6', none],
		['4.7', {...none, H: true}],
		['4.13', {...none, H: true}],
		['4.14', {...none, H: true, starForIPv4: false}],
		['5.1', {...none, H: true, starForIPv4: false}],
		['5.2', {...none, H: true, O: true, starForIPv4: false}],
		['5.9', {...none, H: true, O: true, M: true, starForIPv4: false}],
		['6.0', {H: true, O: true, M: true, secondsAsMs: true, starForIPv4: false, windows: true}],
		['6.12', {H: true, O: true, M: true, secondsAsMs: false, starForIPv4: false, windows: true}],
		['7.1', {H: true, O: true, M: true, secondsAsMs: false, starForIPv4: false, windows: true}],
		['?', {H: true, O: true, M: true, secondsAsMs: true, starForIPv4: false, windows: true}],
	])('%s takes and prints', (text, expected) => {
		const [major, minor] = text.split('.').map(Number);
		expect(of(minor === undefined || major === undefined ? null : {major, minor})).toEqual(expected);
	});
});
