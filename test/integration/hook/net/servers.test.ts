// A server that is started as people start servers: each request is a row of the server's own process.
import {type ClientRequest, request as httpRequest} from 'node:http';
import {describe, expect, type TestContext, test} from 'vitest';
import {socketsOf} from '../../../helpers/process/descriptors.ts';
import {type Netwatch, type Row, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {example, targetNode, tool} from '../../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

type Start = {
	how: string;
	command: string[];
	/** Programs that only start the server, as they are shown. */
	wrappers: string[];
};

const starts: Start[] = [
	{how: 'node', command: [targetNode, example('server.js')], wrappers: []},
	{how: 'npm run', command: ['npm', '--prefix', example('npm'), 'run', 'start'], wrappers: ['npm run start']},
	{
		how: 'node --watch',
		command: [targetNode, '--watch', example('server.js')],
		wrappers: ['node --watch server.js'],
	},
	{how: 'nodemon', command: [tool('nodemon'), example('server.js')], wrappers: ['nodemon server.js']},
	{how: 'tsx', command: [tool('tsx'), example('server.js')], wrappers: ['tsx server.js']},
];

describe.concurrent('a request to a server', () => {
	test.for(starts)(
		'a request to a server started by $how is one row with three views while it is open',
		async (start, context) => {
			const netwatch = serve(context, start.command);
			const port = await portOf(netwatch);
			const row = await heldRequest(netwatch, port);
			expect(row).toMatchObject({program: 'server.js', host: null, error: null, route: {dev: 'lo'}});
			const processes = netwatch.all('process').filter(({event}) => event !== 'exit' && event !== 'lost');
			const own = processes.filter(({pid, thread}) => pid === row.pid && thread === 0);
			expect(own).toMatchObject([{event: 'start', program: 'server.js', wrapper: false}]);
			for (const program of start.wrappers) {
				const wrapper = await netwatch.until(() =>
					netwatch.all('process').find(process => process.program === program),
				);
				expect(wrapper).toMatchObject({wrapper: true});
				expect(wrapper.pid).not.toBe(row.pid);
			}

			// No other rows: not a wrapper's, and no kernel-only ones. (tsx has unix sockets of its own.)
			const others = [...netwatch.rows.values()].filter(
				({kind, role}) => kind !== 'unix' && role !== 'server',
			);
			expect(others).toMatchObject([{role: 'listener', pid: row.pid, stage: 'listening'}]);
			expect(netwatch.troubles()).toEqual([]);
		},
	);

	test('a request answered at once has its process view and the last counters of the kernel', async context => {
		const netwatch = serve(context, [targetNode, example('server.js')]);
		const port = await portOf(netwatch);
		const rows: Row[] = [];
		for (let count = 0; count < 5; count++) {
			const {request, localPort, ended} = send(port, '/', 'GET');
			request.end();
			const client = await localPort;
			expect(await ended).toBe('hello\n');
			rows.push(
				await netwatch.until(() => {
					const row = closedRow(netwatch, client);
					return row?.kernel?.final ? row : undefined;
				}),
			);
		}

		for (const row of rows) {
			expect(row).toMatchObject({label: 'GET / 200', error: null, joinedBy: expect.any(String)});
			const bytesRead = row.process?.bytesRead ?? 0;
			expect(bytesRead).toBeGreaterThan(0);
			// The kernel counts the client's FIN as a byte, unless the socket left for FIN-WAIT-2 without it.
			expect([bytesRead, bytesRead + 1]).toContain(row.kernel?.bytesReceived);
		}
	});
});

const serve = (context: TestContext, command: readonly string[]): Netwatch => {
	// Watchers watch their directory: nothing changes in this one.
	const cwd = temporaryDirectory(context);
	return startNetwatch(context, command, {cwd, env: {PORT: '0'}});
};

const portOf = (netwatch: Netwatch): Promise<number> =>
	netwatch.until(() => {
		const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(netwatch.stderr()) ?? [];
		return port !== undefined && Number(port);
	});

/**
 * Sends a request whose body ends only when the row of its connection has all three views.
 *
 * @returns that row, as it was while the request was open
 */
const heldRequest = async (netwatch: Netwatch, port: number): Promise<Row> => {
	const {request, localPort, ended} = send(port, '/upload', 'POST');
	request.write('x');
	const client = await localPort;
	const row = await netwatch.until(() => {
		const found = serverRow(netwatch, client);
		return found?.process && found.kernel && found.route && found.label !== null && found;
	});
	expect(row).toMatchObject({
		...{role: 'server', stage: 'open', label: 'POST /upload', joinedBy: 'inode'},
		kernel: {state: 'ESTAB'},
	});
	expect(socketsOf(row.pid)).toContain(row.kernel?.inode);
	request.end();
	expect(await ended).toBe('got 1 bytes\n');
	const over = await netwatch.until(() => closedRow(netwatch, client));
	expect(over).toMatchObject({
		id: row.id,
		stage: expect.stringMatching(/^(closed|lingering)$/),
		label: 'POST /upload 200',
	});
	return row;
};

/** The server's row of the connection that comes from this port. */
const serverRow = (netwatch: Netwatch, clientPort: number): Row | undefined =>
	[...netwatch.rows.values()].find(({peer}) => peer !== null && 'port' in peer && peer.port === clientPort);

const closedRow = (netwatch: Netwatch, clientPort: number): Row | undefined => {
	const row = serverRow(netwatch, clientPort);
	return row?.closedAt === null ? undefined : row;
};

type Sent = {request: ClientRequest; localPort: Promise<number>; ended: Promise<string>};

/** The caller ends the request. */
const send = (port: number, path: string, method: string): Sent => {
	const request = httpRequest({host: '127.0.0.1', port, path, method, agent: false});
	const localPort = new Promise<number>((resolve, reject) => {
		request.once('error', reject);
		request.once('socket', socket => socket.once('connect', () => resolve(socket.localPort ?? 0)));
	});
	const ended = new Promise<string>((resolve, reject) => {
		request.once('error', reject);
		request.once('response', response => {
			let text = '';
			response.setEncoding('utf8').on('data', chunk => {
				text += chunk;
			});
			response.once('error', reject).once('end', () => resolve(text));
		});
	});
	return {request, localPort, ended};
};
