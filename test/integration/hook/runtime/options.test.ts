// Options of netwatch's command line for the hook: leave emit alone, leave children alone.
import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {plain, watched} from '../../../helpers/process/outcome.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {agreedRow, names} from '../../../helpers/records/match-rows.ts';

const pairs = z.object({
	pid: z.number(),
	pairs: z.array(z.object({client: socketFact, server: socketFact})),
});

describe.concurrent('--no-emit', () => {
	test('--no-emit runs a program that mocks emit as without netwatch', async context => {
		const words = [target('mocks-emit')];
		const [without, within] = await Promise.all([
			plain(context, words),
			watched(context, words, {}, ['--no-emit']),
		]);
		expect(without).toMatchObject({exitCode: 0, stderr: ''});
		expect(without.stdout).toMatch(/client [1-9]\d*\n/);
		expect(within).toEqual(without);
	});

	test('--no-emit wraps no emit of sockets, servers or the process', async context => {
		const script = `
			const {Server, Socket} = require('node:net');
			const own = object => Object.getOwnPropertyDescriptor(object, 'emit') ?? null;
			console.log([Socket.prototype, Server.prototype, process].map(own), process.env.NETWATCH_HOOK);`;
		const {stdout} = await watched(context, ['-e', script], {}, ['--no-emit']);
		expect(stdout).toBe('[ null, null, null ] no-emit\n');
	});

	test('--no-emit still reports connections, in all three views, until they are closed', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('echo-pair')], {args: ['--no-emit']});
		const [pair] = (await netwatch.fact('ready', pairs)).pairs;
		if (pair === undefined) throw new Error('no pair');
		const client = await agreedRow(netwatch, pair.client, {role: 'client'});
		const server = await agreedRow(netwatch, pair.server, {role: 'server'});
		netwatch.write('end\n');
		const summary = await netwatch.summary();
		expect(summary).toMatchObject({rows: 3, dropped: 0, exitCode: 0});
		expect(names(netwatch.stepsOf(client.id))).toEqual(
			expect.arrayContaining(['create', 'connect', 'first-out', 'first-in', 'close']),
		);
		expect(names(netwatch.stepsOf(server.id))).toEqual(
			expect.arrayContaining(['create', 'accept', 'first-in', 'first-out', 'close']),
		);
		expect(netwatch.troubles()).toEqual([]);
	});
});

describe.concurrent('--no-children', () => {
	test('--no-children watches the started process and its threads', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('worker')], {args: ['--no-children']});
		const fact = z.object({pid: z.number(), thread: z.number(), client: socketFact});
		const {pid, client} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, client, {role: 'client', pid});
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
		expect(new Set(netwatch.all('process').map(({thread}) => thread)).size).toBe(2);
	});

	test('--no-children neither watches a child nor reports its hook as missing', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('fork')], {args: ['--no-children']});
		const fact = z.object({pid: z.number(), child: z.number(), client: socketFact});
		const {pid, child, client} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, client, {role: 'client', pid});
		// Longer than a hook may take for its `hello`: the next polls of the processes come without it.
		const seenAt = netwatch.all('load').length;
		await netwatch.until(() => netwatch.all('load').length > seenAt + 6);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 0});
		expect(netwatch.all('process').map(process => process.pid)).not.toContain(child);
		expect(netwatch.troubles()).toEqual([]);
	});

	test('--no-children sees nothing below a shell that starts Node, and the notice says why', async context => {
		const netwatch = startNetwatch(context, ['sh', '-c', `"${targetNode}" -e 0; exit 4`], {
			args: ['--no-children'],
		});
		expect(await netwatch.summary()).toMatchObject({rows: 0, exitCode: 4});
		expect(netwatch.troubles()).toMatchObject([
			{message: expect.stringContaining('sh is no Node program itself (--no-children)')},
		]);
	});
});

test('the options of an outer netwatch do not apply to an inner one', async context => {
	const script = 'console.log(process.env.NETWATCH_HOOK)';
	const {stdout} = await watched(context, ['-e', script], {env: {NETWATCH_HOOK: 'no-emit'}});
	expect(stdout).toBe('undefined\n');
});
