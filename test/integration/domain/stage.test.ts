// Every stage that a row can be in, each reached by a program that is really there.
import {describe, expect, type TestContext, test} from 'vitest';
import {stages} from '../../../source/domain/row.ts';
import type {Row} from '../../helpers/process/netwatch.ts';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../helpers/process/paths.ts';

type Stage = (typeof stages)[number];

/** A program that stays in one state, and the other fields of its row in this stage. */
type Way = {command: readonly string[]; row: Partial<Row>};

const of = (name: string, row: Partial<Row>, ...args: string[]): Way => ({
	command: [target(name), ...args],
	row,
});
/** Both ends of a connection, `client` and `socket`, and what is done with them. */
const pair = (script: string, row: Partial<Row>, options = '{}'): Way => ({
	command: [
		'-e',
		`const net = require('net');
		const server = net.createServer(${options}, socket => {
			socket.on('error', () => {});
			client.on('error', () => {});
			const both = () => { ${script} };
			if (client.connecting) client.once('connect', both);
			else both();
		}).listen(0, '127.0.0.1', () => { client = net.connect({...${options}, port: server.address().port, host: '127.0.0.1'}); });
		let client;
		setTimeout(() => {}, 30_000);`,
	],
	row,
});
const script = (text: string, row: Partial<Row>): Way => ({
	command: ['-e', `const net = require('net'); ${text}; setTimeout(() => {}, 30_000);`],
	row,
});

const ways: Record<Stage, Way> = {
	created: script('global.kept = new net.Socket()', {local: null, peer: null, kernel: null}),
	lookup: script("net.connect({port: 80, host: 'slow.test', lookup() {}})", {
		role: 'client',
		host: 'slow.test',
	}),
	connect: of('never-answers', {role: 'client', attempt: {n: 1, of: 1}}),
	tls: of('tls-pair', {role: 'client', kind: 'tls'}, 'held'),
	queued: of('accepts-late', {role: 'server', process: null}),
	accepted: pair('', {role: 'server'}),
	open: of('echo-pair', {role: 'server'}),
	draining: of('drain', {role: 'client'}, '20000'),
	paused: of('paused-reader', {role: 'client'}),
	'peer-ended': of('half-open', {role: 'server'}),
	ended: of('half-open', {role: 'client'}),
	// The server has got the end, and has ended; its bytes stay unread.
	closing: pair(
		'socket.resume(); client.pause(); client.end(); socket.once("end", () => socket.end(Buffer.alloc(32 << 20)));',
		{role: 'server', marks: ['draining', 'peer-ended', 'ended']},
		'{allowHalfOpen: true}',
	),
	lingering: of('lingering', {role: 'client', closedAt: expect.any(Number)}),
	listening: of('echo-pair', {role: 'listener'}),
	closed: pair('socket.resume(); client.end(); client.resume();', {role: 'server', error: null}),
	failed: script("net.connect(1, '127.0.0.1').on('error', () => {})", {
		role: 'client',
		error: expect.anything(),
	}),
};

/** The possible stages before a stage. */
const after: Partial<Record<Stage, readonly Stage[]>> = {
	tls: ['created', 'connect', 'open'],
	closing: ['accepted', 'peer-ended', 'open', 'draining'],
};

const reach = async (context: TestContext, stage: Stage) => {
	const {command, row} = ways[stage];
	const netwatch = startNetwatch(context, [targetNode, ...command]);
	return netwatch.until(() =>
		[...netwatch.rows.values()].find(each => {
			if (each.stage !== stage || each.role !== (row.role ?? each.role)) return false;
			expect(each).toMatchObject(row);
			return true;
		}),
	);
};

describe.concurrent('a row is in the stage', () => {
	test.for(stages)('%s', async (stage, context) => {
		const row = await reach(context, stage);
		expect(row.stageSince).toBeGreaterThanOrEqual(row.openedAt);
		expect(row.stageSince).toBeLessThanOrEqual(row.at);
		const before = Object.entries(row.stageMs ?? {});
		expect(before.reduce((sum, [, ms]) => sum + ms, row.openedAt)).toBeCloseTo(row.stageSince, 2);
		for (const [earlier] of before) expect(after[stage] ?? stages).toContain(earlier);
	});
});
