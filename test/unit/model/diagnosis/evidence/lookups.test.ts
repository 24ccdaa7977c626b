// Findings of a lookup's duration, and the cases without a finding.
import {describe, expect, test} from 'vitest';
import {loopRunMs, threadPoolOf} from '../../../../../source/model/diagnosis/evidence/lookups.ts';
import type {Model} from '../../../../../source/model/model.ts';
import {base, program} from '../../../../helpers/model/hook-only-program.ts';

const looksUp = (hook: (at: number, record: object) => void, id: number, at: number): void => {
	hook(at, {type: 'create', id, kind: 'tcp', role: 'client'});
	hook(at, {type: 'lookupStart', id, host: `name-${id}.test`});
};

const raised = (model: Model): string[] =>
	[...model.diagnoses.list.values()]
		.filter(({phase}) => phase === 'lookup')
		.map(({rule, severity, clearedAt}) => `${rule} ${severity}${clearedAt === null ? '' : ' cleared'}`);

describe('a pending lookup', () => {
	test.each([
		[900, []],
		[1100, ['lookup-slow info']],
		[2100, ['lookup-slow warn']],
	])('is rated after %d ms', (ms, expected) => {
		const {model, hook, quiet} = program();
		looksUp(hook, 1, 0);
		quiet(ms);
		expect(raised(model)).toEqual(expected);
	});

	test('is not slow while its process reports nothing', () => {
		const {model, hook} = program();
		looksUp(hook, 1, 0);
		model.apply({type: 'clock', at: base + 5000});
		expect(raised(model)).toEqual([]);
	});

	test('is not slow because of a blocked event loop', () => {
		const {model, hook, blocked, quiet} = program();
		looksUp(hook, 1, 0);
		blocked(3000, 2900);
		hook(3001, {type: 'lookup', id: 1, host: 'name-1.test', candidates: ['10.0.0.1'], error: null});
		quiet(3100);
		expect(raised(model)).toEqual([]);
	});
});

test('a slow lookup stays a finding for half a minute after its end', () => {
	const {model, hook, quiet} = program();
	looksUp(hook, 1, 0);
	hook(2500, {type: 'lookup', id: 1, host: 'name-1.test', candidates: ['10.0.0.1'], error: null});
	const peer = {address: '10.0.0.1', port: 80, family: 4};
	hook(2500, {type: 'attempt', id: 1, index: 1, of: 1, address: peer});
	hook(2510, {type: 'connect', id: 1, local: null, peer, inode: null});
	quiet(2600);
	expect([...model.diagnoses.list.values()][0]?.message).toBe(
		'lookup of name-1.test took 2.500 s, then it went to 10.0.0.1:80',
	);
	quiet(32_000);
	expect(raised(model)[0]).toBe('lookup-slow warn');
	quiet(33_000);
	// Other rules report the wait of the connection itself.
	expect(raised(model)[0]).toBe('lookup-slow warn cleared');
});

test.each([
	[
		'ENOTFOUND',
		12,
		'name-not-found',
		'lookup of name-1.test was answered after 12.0 ms: there is no such name, or it has no address',
	],
	[
		'EAI_AGAIN',
		12,
		'resolver-failing',
		'lookup of name-1.test failed almost at once, after 12.0 ms: the servers cannot be reached, or said that they cannot answer',
	],
	[
		'EAI_AGAIN',
		3000,
		'resolver-failing',
		'lookup of name-1.test failed after 3.000 s: a server said so late that it cannot answer, or none answered',
	],
	[
		'ESERVFAIL',
		20,
		'resolver-failing',
		'lookup of name-1.test failed after 20.0 ms: a server said that it cannot answer (SERVFAIL)',
	],
	['ETIMEOUT', 9000, 'resolver-failing', 'lookup of name-1.test failed after 9.000 s: no server answered'],
])('%s after %d ms raises %s', (error, ms, rule, message) => {
	const {model, hook, quiet} = program();
	looksUp(hook, 1, 0);
	hook(ms, {type: 'lookup', id: 1, host: 'name-1.test', candidates: [], error});
	hook(ms, {
		type: 'error',
		id: 1,
		operation: 'getaddrinfo',
		error,
		message: `getaddrinfo ${error} name-1.test`,
		local: null,
		peer: null,
	});
	hook(ms, {type: 'close', id: 1, hadError: true, bytesRead: 0, bytesWritten: 0, reason: 'error'});
	quiet(ms + 100);
	expect([...model.diagnoses.list.values()].filter(({clearedAt}) => clearedAt === null)).toMatchObject([
		{rule, message},
	]);
});

describe('concurrent lookups of one process', () => {
	test.each([
		[2, 1500, null, []],
		[3, 900, null, []],
		[3, 1500, null, ['lookup-queue warn']],
		[3, 1500, 8, []],
		[5, 1500, 8, ['lookup-queue warn']],
	])('%d at a time for %d ms, with a thread pool of %d', (count, ms, threads, expected) => {
		const {model, hook, quiet} = program();
		if (threads !== null) {
			const resolver = {nameservers: [], timeoutMs: 5000, attempts: 2, threads};
			model.apply({type: 'resolver', at: base, proc: 1, resolver});
		}

		for (let id = 1; id <= count; id++) looksUp(hook, id, 0);
		quiet(ms);
		expect(raised(model).filter(each => each.startsWith('lookup-queue'))).toEqual(expected);
	});
});

test('half of the thread pool runs lookups, rounded up', () => {
	expect(threadPoolOf({})).toEqual({threads: 4, slots: 2, isConfigured: false});
	const resolver = {nameservers: [], timeoutMs: 5000, attempts: 2, threads: 1};
	expect(threadPoolOf({resolver})).toEqual({threads: 1, slots: 1, isConfigured: true});
});

test('time in which the event loop was blocked is subtracted', () => {
	expect(
		loopRunMs(1000, 2000, [
			{from: 500, to: 1100},
			{from: 1900, to: 2500},
			{from: 1200, to: 1300},
		]),
	).toBe(700);
});
