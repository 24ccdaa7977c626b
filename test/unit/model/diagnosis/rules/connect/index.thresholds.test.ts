// Thresholds of the rules about connecting.
import {describe, expect, test} from 'vitest';
import type {TcpInfo} from '../../../../../../source/domain/kernel.ts';
import type {KernelView} from '../../../../../../source/domain/row.ts';
import {connectRules} from '../../../../../../source/model/diagnosis/rules/connect/index.ts';
import type {Model} from '../../../../../../source/model/model.ts';
import {base, origin, program, type WatchedProgram} from '../../../../../helpers/model/hook-only-program.ts';
import {makeTcpInfo} from '../../../../../helpers/model/row.ts';
import {kernel, step} from '../../../../../helpers/model/row-over-time.ts';
import {createEngine} from '../../../../../helpers/model/rule-engine.ts';
import {internet, moment} from '../../../../../helpers/model/session.ts';
import {makeThread} from '../../../../../helpers/model/thread-row.ts';

const v4 = {address: '10.0.0.9', port: 443, family: 4};
const v6 = {address: '2001:db8::9', port: 443, family: 6};
const local = {address: '10.0.0.5', port: 41_234, family: 4};

/** The events of the program's only socket. */
const start = (): Omit<WatchedProgram, 'hook'> & {
	hook: (at: number, type: string, more?: object) => void;
} => {
	const {hook, ...rest} = program();
	return {...rest, hook: (at, type, more = {}) => hook(at, {type, id: 1, ...more})};
};

const raised = (model: Model): string[] =>
	[...model.diagnoses.list.values()].map(({rule, severity}) => `${rule} ${severity}`);

describe('a connection that is established', () => {
	test.each([
		['at once', 1, 0, []],
		['a little less than a second', 990, 0, []],
		['more than a second', 1040, 0, ['connect-slow warn']],
		['more than a second, since the event loop did not run', 1040, 500, []],
		['much more than the event loop did not run', 3040, 500, ['connect-slow warn']],
	])('is rated in %s', (_, ms, blockedMs, expected) => {
		const {model, hook, blocked, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: v4, index: 1, of: 1});
		if (blockedMs > 0) blocked(ms, blockedMs);
		hook(1 + ms, 'connect', {local, peer: v4, inode: null});
		hook(2 + ms, 'firstIn', {bytes: 1});
		quiet(ms + 100);
		expect(raised(model)).toEqual(expected);
	});

	test('slowly stays a finding for a minute', () => {
		const {model, hook, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: v4, index: 1, of: 1});
		hook(1500, 'connect', {local, peer: v4, inode: null});
		quiet(1600);
		expect(model.rows.get('1.0.1')?.diagnoses).toEqual(['connect-slow']);
		quiet(61_000);
		expect(model.rows.get('1.0.1')?.diagnoses).not.toContain('connect-slow');
	});
});

describe('a connection that is established while the event loop is blocked', () => {
	const connected = (
		counters: Partial<TcpInfo>,
		infoSeenAt: number,
		view: Partial<KernelView> = {},
	): string[] => {
		const engine = createEngine(connectRules);
		engine.processes.push(makeThread({blocked: [{from: moment(0.99), to: moment(1.03)}]}));
		engine.at(1.1);
		engine.row('1.0.1', null, {
			...{
				openedAt: moment(0),
				stageMs: {connect: 1025},
				local: internet('10.0.0.5:50000'),
				peer: internet('10.0.0.9:443'),
			},
			steps: [step(0, 'attempt'), step(1.025, 'connect')],
			...kernel(infoSeenAt, {info: makeTcpInfo({retransTotal: 1, bytesRetrans: 0, ...counters}), ...view}),
		});
		engine.tick(1.2);
		return engine.holds();
	};

	test('is slow by itself where its SYN was lost', () => {
		expect(connected({}, 1.1)).toEqual([expect.stringMatching(/ took 1\.02\d* s and 1 retransmit$/)]);
	});

	test.each<[title: string, counters: Partial<TcpInfo>, infoSeenAt: number, view?: Partial<KernelView>]>([
		['nothing was retransmitted', {retransTotal: 0}, 1.1],
		['bytes were retransmitted, which a SYN has none of', {bytesRetrans: 1448}, 1.1],
		['the kernel does not count bytes', {bytesSent: null}, 1.1],
		['the counters are older than the connection', {}, 0.5],
		['they are the last ones: a FIN may have been retransmitted', {}, 1.1, {final: true, state: 'UNCONN'}],
		['a FIN has left', {}, 1.1, {state: 'FIN-WAIT-1'}],
	])('is not rated where %s', (_, counters, infoSeenAt, view = {}) => {
		expect(connected(counters, infoSeenAt, view)).toEqual([]);
	});
});

describe('an address that lost the Happy Eyeballs race', () => {
	test.each([
		['the other family is silent and this one answers', v6, 'ETIMEDOUT', 250, 5, 0, 'warn'],
		['an address of the same family is silent', {...v4, address: '10.0.0.8'}, 'ETIMEDOUT', 250, 5, 0, 'info'],
		['the other family refuses at once', v6, 'ECONNREFUSED', 1, 5, 0, 'info'],
		['the winner is slow as well', v6, 'ETIMEDOUT', 250, 240, 0, 'info'],
		['the event loop did not read the answer', v6, 'ETIMEDOUT', 300, 5, 290, 'info'],
	])('%s', (_, loser, code, lostMs, wonMs, blockedMs, severity) => {
		const {model, hook, blocked, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: loser, index: 1, of: 2});
		if (blockedMs > 0) blocked(1 + lostMs, blockedMs);
		if (code === 'ETIMEDOUT') hook(1 + lostMs, 'attemptTimeout', {address: loser, index: 1});
		else hook(1 + lostMs, 'attemptFailed', {address: loser, index: 1, error: code});
		hook(1 + lostMs, 'attempt', {address: v4, index: 2, of: 2});
		hook(1 + lostMs + wonMs, 'connect', {local, peer: v4, inode: null});
		quiet(1000);
		expect(raised(model)).toEqual([`race-lost ${severity}`]);
	});
});

describe('a connection closed by the peer without a byte', () => {
	test.each([
		['at once', 10, 'peerEnd', ['closed-at-once warn']],
		['after a while', 1500, 'peerEnd', []],
		['after this side has ended it', 10, 'localEnd', []],
		['after a byte', 10, 'firstIn', []],
	])('%s', (_, ms, first, expected) => {
		const {model, hook, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: v4, index: 1, of: 1});
		hook(2, 'connect', {local, peer: v4, inode: null});
		if (first !== 'peerEnd') hook(2 + ms, first, {bytes: 1});
		hook(3 + ms, 'peerEnd');
		const bytesRead = first === 'firstIn' ? 1 : 0;
		hook(4 + ms, 'close', {hadError: false, bytesRead, bytesWritten: 0, reason: 'peer-end'});
		for (const at of [2000, 3500]) quiet(at);
		expect(raised(model).filter(each => each.startsWith('closed-at-once'))).toEqual(expected);
	});
});

describe('an unanswered attempt, without kernel data', () => {
	test.each([
		[2900, 0, []],
		[3700, 0, ['connect-silent warn']],
		[3700, 1000, []],
	])('pending for %d ms, with the event loop blocked for %d', (ms, blockedMs, expected) => {
		const {model, hook, blocked, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: v4, index: 1, of: 1});
		if (blockedMs > 0) blocked(2000, blockedMs);
		for (let at = 250; at <= ms; at += 50) quiet(at);
		expect(raised(model).filter(each => each.startsWith('connect'))).toEqual(expected);
	});
});

describe('a connection whose close was not reported, as records were lost', () => {
	test.each([
		['local-destroy', ['connect-silent error']],
		[null, []],
	] as const)('with the reason %s', (reason, expected) => {
		const {model, hook, quiet} = start();
		hook(0, 'create', {kind: 'tcp', role: 'client'});
		hook(1, 'attempt', {address: v4, index: 1, of: 1});
		if (reason === null) {
			for (const event of ['begin', 'end'] as const) {
				model.apply({type: 'resync', event, at: base + 3500, ...origin});
			}
		} else {
			hook(3500, 'close', {hadError: false, bytesRead: 0, bytesWritten: 0, reason});
		}

		quiet(3600);
		quiet(4200);
		expect(raised(model)).toEqual(expected);
	});
});
