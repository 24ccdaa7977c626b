// HTTP on a connection, under the built netwatch: the current message, the number of requests, an upgrade.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {
	type Netwatch,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {targetVersion} from '../../../helpers/process/target-version.ts';
import {expectAllClosed, rowOf} from '../../../helpers/records/match-rows.ts';

const watch = (context: TestContext, name: string, ...args: string[]): Netwatch =>
	startNetwatch(context, [targetNode, target(name), ...args]);

const bothEnds = z.object({client: socketFact, server: socketFact});

/** Waits until the row of this socket has these fields. */
const untilRow = (netwatch: Netwatch, fact: Pick<SocketFact, 'local' | 'peer'>, expected: object) =>
	netwatch.until(() => {
		expect(rowOf(netwatch, fact)).toMatchObject(expected);
		return true;
	});

const [major = 0, minor = 0] = targetVersion;
/** Older ones publish no streams of HTTP/2. */
const showsStreams = major > 24 || (major === 24 && minor >= 2) || (major === 22 && minor >= 17);

describe.concurrent('the activity of a connection', () => {
	test('an agent with keep-alive has counted five requests, none of them open', async context => {
		const netwatch = watch(context, 'agent-keepalive');
		const fact = z.object({client: socketFact, servers: z.array(socketFact)});
		const {client, servers} = await netwatch.fact('ready', fact);
		for (const socket of [client, ...servers]) {
			await untilRow(netwatch, socket, {label: 'GET /5 200', http: {protocol: null, requests: 5, open: 0}});
		}
	});

	test('an unanswered request is open on both ends', async context => {
		const netwatch = watch(context, 'agent-busy');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		for (const socket of [client, server]) {
			await untilRow(netwatch, socket, {label: 'GET /2', http: {protocol: null, requests: 2, open: 1}});
		}
	});

	test('the newest pipelined request is the label, and the answer to an older one is not counted as its own', async context => {
		const netwatch = watch(context, 'pipelined');
		const {server} = await netwatch.fact('ready', z.object({server: socketFact}));
		await untilRow(netwatch, server, {label: 'GET /second', http: {protocol: null, requests: 2, open: 1}});
		expect(netwatch.stepsOf(rowOf(netwatch, server)?.id ?? '')).not.toContainEqual(
			expect.objectContaining({step: 'response'}),
		);
	});

	test('a client row of the global fetch has the path without query, the status and the number of requests', async context => {
		const netwatch = watch(context, 'fetch');
		const {servers} = await netwatch.fact('ready', z.object({servers: z.array(socketFact)}));
		await netwatch.until(() => {
			const rows = servers.map(({local, peer}) => rowOf(netwatch, {local: peer, peer: local}));
			for (const row of rows) {
				expect(row?.label).toMatch(/^GET \/[123] 200$/);
				expect(row?.http).toMatchObject({protocol: null, open: 0});
			}

			expect(rows.reduce((sum, row) => sum + (row?.http?.requests ?? 0), 0)).toBe(3);
			return true;
		});
	});

	test('both ends of an upgraded connection keep the request, and name the new protocol', async context => {
		const netwatch = watch(context, 'upgrade');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		const http = {protocol: 'websocket', requests: 1, open: 0};
		await untilRow(netwatch, client, {label: 'GET /chat 101 websocket', http});
		await untilRow(netwatch, server, {label: 'GET /chat websocket', http});
		expect(JSON.stringify(netwatch.records)).not.toContain('secret');
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});

	test('behind an answered CONNECT both ends are a tunnel without an open request', async context => {
		const netwatch = watch(context, 'tunnel', 'rests');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		const http = {protocol: 'tunnel', requests: 1, open: 0};
		await untilRow(netwatch, client, {label: 'CONNECT shop.test:443 200', http});
		await untilRow(netwatch, server, {label: 'CONNECT shop.test:443', http});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});

	test('requests inside a tunnel are counted as those of any connection', async context => {
		const netwatch = watch(context, 'tunnel', 'http');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		for (const socket of [client, server]) {
			await untilRow(netwatch, socket, {label: 'GET /2 200', http: {protocol: null, requests: 3, open: 0}});
		}
	});

	test('a request that fails at once is counted, and is under way as its connection closes', async context => {
		const netwatch = watch(context, 'failing-requests');
		const {clients} = await netwatch.fact('ready', z.object({clients: z.record(z.string(), socketFact)}));
		for (const [path, client] of Object.entries(clients)) {
			const isAnswered = path === '/complete' || path === '/cut-off';
			await untilRow(netwatch, client, {
				label: `GET ${path}${isAnswered ? ' 200' : ''}`,
				http: {protocol: null, requests: 1, open: path === '/complete' ? 0 : 1},
			});
		}
	});

	// From undici 8 on, fetch() speaks HTTP/2 where the server does.
	test.skipIf(major < 26)(
		'fetch over HTTP/2 has one request for each stream (needs Node 26)',
		async context => {
			const netwatch = watch(context, 'fetch-http2');
			const {server} = await netwatch.fact('ready', z.object({server: socketFact}));
			const client = {local: server.peer, peer: server.local};
			for (const socket of [client, server]) {
				await untilRow(netwatch, socket, {
					label: 'GET /3 200 h2',
					http: {protocol: 'h2', requests: 3, open: 0},
				});
			}
		},
	);

	for (const over of ['clear text', 'tls']) {
		test(`HTTP/2 over ${over} has counts of all and of open streams, and the newest stream as the label`, async context => {
			const netwatch = watch(context, 'http2', over);
			const {client, server} = await netwatch.fact('ready', bothEnds);
			const known = {label: 'GET /open/4 h2', http: {protocol: 'h2', requests: 4, open: 2}};
			// Unknown where Node does not report it: over TLS, the handshake names HTTP/2.
			const unknown = {
				label: null,
				http: over === 'tls' ? {protocol: 'h2', requests: null, open: null} : null,
			};
			for (const socket of [client, server]) {
				await untilRow(netwatch, socket, {
					kind: over === 'tls' ? 'tls' : 'tcp',
					...(showsStreams ? known : unknown),
				});
			}

			for (const socket of [client, server]) {
				await netwatch.until(() => {
					const steps = netwatch.stepsOf(rowOf(netwatch, socket)?.id ?? '').map(({step}) => step);
					expect(steps).toEqual(expect.arrayContaining(['first-in', 'first-out']));
					expect(steps).not.toContain('close');
					return true;
				});
			}

			netwatch.write('end\n');
			expectAllClosed(await netwatch.summary(), 3);
		});
	}
});
