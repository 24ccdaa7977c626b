// The examples run as a newcomer starts them, without netwatch.
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {request as httpRequest} from 'node:http';
import {connect} from 'node:net';
import {fileURLToPath} from 'node:url';
import {describe, expect, type TestContext, test} from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = process.execPath;
const limitMs = 20_000;

describe.concurrent('the tour', {timeout: limitMs}, () => {
	test('the tour plays all of its scenes in order, and exits with 0 and empty standard error', async context => {
		const tour = start(context, node, ['examples/tour.js', '--rounds', '1', '--round-seconds', '4']);
		expect(await tour.ended).toEqual({code: 0, signal: null});
		expect(tour.stderr()).toBe('');
		const scenes = [...tour.stdout().matchAll(/^scene (\d+)\/(\d+): \S.*$/gm)];
		expect(scenes.map(([, number, of]) => `${number}/${of}`)).toEqual(
			Array.from({length: 12}, (_, index) => `${index + 1}/12`),
		);
		// Without IPv6 there is no race over both families; nothing else may be left out.
		const skipped = tour.stdout().match(/^ +skipped .*$/gm) ?? [];
		expect(skipped.filter(line => !line.endsWith('no IPv6 loopback address (::1)'))).toEqual([]);
		expect(tour.stdout()).toMatch(/^the tour is over after 1 whole round$/m);
	});

	test.for(['SIGINT', 'SIGTERM'] as const)(
		'the tour exits at once, with 0 and cleanly, on %s',
		async (signal, context) => {
			const tour = start(context, node, ['examples/tour.js', '--round-seconds', '5']);
			// By the third scene a thread is blocked and a connection attempt hangs.
			await tour.seen(/^scene 3\//m);
			tour.kill(signal);
			expect(await tour.ended).toEqual({code: 0, signal: null});
			expect(tour.stderr()).toBe('');
		},
	);

	test('the tour exits when its time is up, in the middle of a round', async context => {
		const tour = start(context, node, ['examples/tour.js'], {TOUR_SECONDS: '0.5'});
		expect(await tour.ended).toEqual({code: 0, signal: null});
		expect(tour.stdout()).toMatch(/^the tour is over after 0 whole rounds$/m);
	});

	test.for([
		{argument: '--seconds=soon', message: '--seconds must be a number above 0 and at most 86400, not "soon"'},
		{argument: '--seconds=0', message: '--seconds must be a number above 0 and at most 86400, not "0"'},
		{argument: '--sekonds=3', message: "Unknown option '--sekonds'"},
	])('the tour names the mistake in $argument', async ({argument, message}, context) => {
		const tour = start(context, node, ['examples/tour.js', argument]);
		expect(await tour.ended).toEqual({code: 1, signal: null});
		expect(tour.stderr()).toContain(message);
	});
});

describe.concurrent('the server', {timeout: limitMs}, () => {
	test.for([
		{method: 'GET', path: '/', sent: '', answer: 'hello\n'},
		{method: 'GET', path: '/slow', sent: '', answer: 'sorry for the wait\n'},
		{method: 'POST', path: '/upload', sent: 'x'.repeat(70_000), answer: 'got 70000 bytes\n'},
		{method: 'POST', path: '/echo', sent: 'and back', answer: 'and back'},
	])('the server answers $method $path', async ({method, path, sent, answer}, context) => {
		const server = start(context, node, ['examples/server.js'], {PORT: '0'});
		const address = await addressOf(server);
		expect(await ask(`${address}${path}`, method, sent)).toBe(answer);
	});

	test('the server streams a body line by line', async context => {
		const server = start(context, node, ['examples/server.js'], {PORT: '0'});
		const address = await addressOf(server);
		expect(await firstChunk(`${address}/stream`)).toBe('line 1 of 10\n');
	});

	test('the server prints a command to try for each of its paths', async context => {
		const server = start(context, node, ['examples/server.js'], {PORT: '0'});
		const address = await addressOf(server);
		await server.seen(/\/echo /);
		const tried = [...server.stdout().matchAll(/curl.* (http:\S+)/g)].map(([, url]) => url);
		expect(tried).toEqual(['/', '/slow', '/stream', '/upload', '/echo'].map(path => `${address}${path}`));
	});

	test('the server exits with 1 where its port is taken, and suggests another port', async context => {
		const first = start(context, node, ['examples/server.js'], {PORT: '0'});
		const {port} = new URL(await addressOf(first));
		const second = start(context, node, ['examples/server.js'], {PORT: port});
		expect(await second.ended).toEqual({code: 1, signal: null});
		expect(second.stderr()).toContain(`port ${port} of 127.0.0.1 is taken. Choose another one: PORT=`);
	});

	test('the server names the mistake in its port', async context => {
		const server = start(context, node, ['examples/server.js'], {PORT: 'http'});
		expect(await server.ended).toEqual({code: 1, signal: null});
		expect(server.stderr()).toContain('PORT must be a whole number from 0 to 65535, not "http"');
	});

	test.for(['start', 'dev'])('the server is started by npm run %s', async (script, context) => {
		const npm = start(context, 'npm', ['--prefix', 'examples/npm', 'run', script], {PORT: '0'});
		expect(await ask(`${await addressOf(npm)}/`, 'GET', '')).toBe('hello\n');
	});
});

describe.concurrent('the cluster and the threads', {timeout: limitMs}, () => {
	test('the workers of the cluster serve, also its own client, until SIGTERM', async context => {
		const cluster = start(context, node, ['examples/cluster.js']);
		const address = await addressOf(cluster);
		expect(await ask(address, 'GET', '')).toBe('done\n');
		cluster.kill('SIGTERM');
		expect(await cluster.ended).toEqual({code: 0, signal: null});
		expect(cluster.stderr()).toBe('');
	});

	test('the cluster exits while a foreign connection stays open', async context => {
		const cluster = start(context, node, ['examples/cluster.js']);
		const {port} = new URL(await addressOf(cluster));
		const stranger = connect(Number(port), '127.0.0.1').on('error', () => {});
		context.onTestFinished(() => void stranger.destroy());
		await once(stranger, 'connect');
		cluster.kill('SIGTERM');
		expect(await cluster.ended).toEqual({code: 0, signal: null});
	});

	test('the threads send requests to the server of the main thread until their time is up', async context => {
		const threads = start(context, node, ['examples/worker-threads.js', '--seconds', '1']);
		await threads.seen(/^two threads talk to 127\.0\.0\.1:\d+$/m);
		expect(await threads.ended).toEqual({code: 0, signal: null});
		expect(threads.stdout()).toMatch(/^the threads are over$/m);
		expect(threads.stderr()).toBe('');
	});
});

type Started = {
	stdout: () => string;
	stderr: () => string;
	/** Resolves with the match once standard output matches; rejects when the program ends or time is up first. */
	seen: (pattern: RegExp) => Promise<RegExpMatchArray>;
	ended: Promise<{code: number | null; signal: NodeJS.Signals | null}>;
	kill: (signal: NodeJS.Signals) => void;
};

/** Starts a program in a process group of its own, which is ended with the test. */
function start(context: TestContext, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
	const child = spawn(command, args, {
		cwd: root,
		env: {...process.env, NODE_OPTIONS: '', ...env},
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	const texts = {stdout: '', stderr: ''};
	const ended = new Promise<{code: number | null; signal: NodeJS.Signals | null}>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({code, signal}));
	});
	child.stdout.setEncoding('utf8').on('data', text => {
		texts.stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', text => {
		texts.stderr += text;
	});
	context.onTestFinished(async () => {
		killGroup(child);
		await ended;
	});
	const seen = (pattern: RegExp) =>
		new Promise<RegExpMatchArray>((resolve, reject) => {
			const giveUp = (why: string) =>
				reject(new Error(`${why} before ${pattern}:\n${texts.stdout}\n${texts.stderr}`));
			const timer = setTimeout(giveUp, limitMs, 'time was up');
			const check = () => {
				const match = texts.stdout.match(pattern);
				if (!match) return;
				clearTimeout(timer);
				resolve(match);
			};
			child.stdout.on('data', check);
			child.on('close', () => {
				clearTimeout(timer);
				giveUp('the program ended');
			});
			check();
		});
	return {
		stdout: () => texts.stdout,
		stderr: () => texts.stderr,
		seen,
		ended,
		kill: signal => child.kill(signal),
	};
}

function killGroup(child: ChildProcess): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// The whole group has ended already.
	}
}

async function addressOf(program: Started): Promise<string> {
	const [, address = ''] = await program.seen(/(http:\/\/127\.0\.0\.1:\d+)/);
	return address;
}

/** Not fetch(): its pool would keep connections to servers that a test has ended. */
function ask(url: string, method: string, body: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(url, {method, agent: false}, response => {
			let text = '';
			response.setEncoding('utf8').on('data', chunk => {
				text += chunk;
			});
			response.on('end', () => resolve(text)).on('error', reject);
		});
		request.on('error', reject).end(body);
	});
}

function firstChunk(url: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(url, {agent: false}, response => {
			response.on('error', () => {});
			response.setEncoding('utf8').once('data', text => {
				resolve(text);
				request.destroy();
			});
		});
		request.on('error', reject).end();
	});
}
