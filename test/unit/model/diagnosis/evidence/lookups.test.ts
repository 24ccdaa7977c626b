// Findings of a lookup's duration, and the cases without a finding.
import {describe, expect, test} from 'vitest';
import {loopRunMs, threadPoolOf} from '../../../../../source/model/diagnosis/evidence/lookups.ts';
import type {Model} from '../../../../../source/model/model.ts';
import {base, origin, program} from '../../../../helpers/model/hook-only-program.ts';

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
	quiet(ms + 700);
	expect([...model.diagnoses.list.values()].filter(({clearedAt}) => clearedAt === null)).toMatchObject([
		{rule, message},
	]);
});

describe('the thread pool of a pending lookup', () => {
	const poolSample = (model: Model, at: number, lookups: number, files: number): void =>
		model.apply({type: 'pool', at: base + at, ...origin, lookups, files});
	const slow = (model: Model) => [...model.diagnoses.list.values()].find(({rule}) => rule === 'lookup-slow');
	const resolver = {nameservers: ['10.0.0.2'], timeoutMs: 5000, attempts: 2, threads: null};

	test.each([
		[
			'name-1.test',
			1,
			0,
			0,
			/^lookup of name-1\.test has had no answer/,
			['resolv.conf of pid 4711 names 10.0.0.2'],
		],
		[
			...([
				'name-1.test',
				1,
				4,
				0,
				/^lookup of name-1\.test has not begun for more than 2 s: file operations/,
			] as const),
			['4 file operations are under way without an end, and the pool has 4 threads'],
		],
		['name-1.test', 1, 3, 0, /has had no answer/, ['resolv.conf of pid 4711 names 10.0.0.2']],
		[
			...(['name-1.test', 1, 0, 4, /has had no answer/] as const),
			['4 of its threads beside the main one were computing: crypto and zlib take threads of the same pool'],
		],
		[
			...(['name-1.test', 0, 0, 0, /has had no answer/] as const),
			['no getaddrinfo() of this process is under way: a lookup function of its own looks names up'],
		],
		['localhost', 1, 0, 0, /^lookup of localhost has had no answer/, []],
		['DB.internal', 1, 0, 0, /has had no answer/, []],
	])(
		'%s with %d lookups, %d file operations, %d threads computing',
		(host, lookups, files, computing, message, facts) => {
			const {model, hook, quiet} = program();
			const hosts = new Set(['db.internal']);
			model.apply({type: 'resolver', at: base, proc: 1, resolver: {...resolver, hosts, usesDns: true}});
			hook(0, {type: 'create', id: 1, kind: 'tcp', role: 'client'});
			hook(0, {type: 'lookupStart', id: 1, host});
			poolSample(model, 2000, lookups, files);
			model.apply({type: 'computing', at: base + 2000, proc: 1, threads: computing});
			quiet(2100);
			expect(slow(model)?.message).toMatch(message);
			expect(
				slow(model)
					?.evidence.slice(1)
					.map(({fact}) => fact),
			).toEqual(facts);
			expect(slow(model)?.severity).toBe('warn');
		},
	);

	test('nsswitch.conf without DNS: no server is named', () => {
		const {model, hook, quiet} = program();
		model.apply({type: 'resolver', at: base, proc: 1, resolver: {...resolver, usesDns: false}});
		looksUp(hook, 1, 0);
		quiet(2100);
		expect(slow(model)?.evidence).toHaveLength(1);
	});

	test('lookups of no connection count, and are counted apart', () => {
		const {model, hook, quiet} = program();
		looksUp(hook, 1, 0);
		poolSample(model, 2000, 300, 0);
		quiet(2100);
		const queue = [...model.diagnoses.list.values()].find(({rule}) => rule === 'lookup-queue');
		expect(queue?.evidence.map(({fact}) => fact).join('\n')).toMatch(
			/^300 lookups are under way.*\n299 of them are of no connection/,
		);
		expect(slow(model)?.evidence[1]?.fact).toBe('299 other lookups of this process are under way meanwhile');
		expect(slow(model)?.severity).toBe('info');
	});
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
