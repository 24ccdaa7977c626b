import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import net, {type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import type {KernelSocket, SnapshotPart} from '../../../../../source/domain/kernel.ts';
import {childSearchPath} from '../../../../../source/kernel/child/child.ts';
import {
	type DestroyedSocketsOptions,
	watchDestroyedSockets,
} from '../../../../../source/kernel/ss/events/destroyed-sockets.ts';
import {stubs} from '../../../../helpers/kernel/stub-programs.ts';
import {until} from '../../../../helpers/process/until.ts';

const cleanUps: (() => unknown)[] = [];
const onEnd = (cleanUp: () => unknown) => cleanUps.push(cleanUp);
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();

const watch = (options: Partial<DestroyedSocketsOptions> = {}) => {
	const parts: SnapshotPart[] = [];
	const byPort = new Map<number, KernelSocket>();
	const said: string[] = [];
	const destroyed = watchDestroyedSockets({
		netns: '1',
		version: {major: 6, minor: 1},
		prefix: [],
		path: childSearchPath(process.env.PATH),
		now,
		events: {
			onSnapshotPart: part => {
				parts.push(part);
				for (const socket of part.sockets) {
					const {local} = socket;
					if (local !== null && 'port' in local) byPort.set(local.port, socket);
				}
			},
			onSnapshotEnd: () => {},
		},
		ports: () => null,
		notify: (_level, message) => said.push(message),
		...options,
	});
	cleanUps.push(destroyed.close);
	const sockets = (): KernelSocket[] => parts.flatMap(part => part.sockets);
	const ofPort = (port: number) => byPort.get(port);
	return {destroyed, parts, said, sockets, ofPort};
};

/** A connection over which 5 bytes went, and which has ended. Returns the client's port. */
const connection = async (server: net.Server): Promise<number> => {
	const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
	await once(client, 'connect');
	const port = client.localPort ?? 0;
	client.resume().end('hello');
	await once(client, 'close');
	return port;
};

const listen = async () => {
	const server = net.createServer(socket => socket.resume().on('end', () => socket.end()));
	server.listen(0, '127.0.0.1');
	cleanUps.push(() => server.close());
	await once(server, 'listening');
	return server;
};

/** A connection that is reported proves that ss works, also behind a stub. */
const listening = (server: net.Server, seen: () => KernelSocket[]) =>
	until('ss listens', async () => {
		await connection(server);
		return seen().length > 0;
	});

describe('a destroyed socket', () => {
	test.each([
		['in a line', {major: 6, minor: 1}],
		['in several lines, of an ss that knows no other way', {major: 4, minor: 20}],
	])('a destroyed socket is reported with its cookie and its last counters, %s', async (_how, version) => {
		const server = await listen();
		const {sockets, ofPort, parts, said, destroyed} = watch({version});
		await listening(server, sockets);
		const before = now();
		const port = await connection(server);
		const socket = await until('its end', () => ofPort(port));
		expect(socket).toMatchObject({
			kind: 'tcp',
			local: {address: '127.0.0.1', port},
			peer: server.address() && {address: '127.0.0.1', port: (server.address() as AddressInfo).port},
			cookie: expect.stringMatching(/^[0-9a-f]+$/),
			info: {bytesSent: 5, bytesAcked: expect.any(Number), rttMs: expect.any(Number)},
		});
		const part = parts.find(({sockets}) => sockets.includes(socket));
		expect(part).toMatchObject({kind: 'destroyed', netns: '1'});
		expect(part?.at).toBeGreaterThan(before);
		expect(said).toEqual([]);
		expect(destroyed.counts).toMatchObject({dropped: 0, overflows: 0});
	});

	test('the very first destroyed socket is reported once ss listens', async () => {
		const server = await listen();
		const {destroyed, ofPort} = watch();
		await destroyed.listening(10_000);
		const port = await connection(server);
		expect((await until('its end', () => ofPort(port))).info?.bytesSent).toBe(5);
	});

	test('a destroyed socket is reported among many destroyed at once', async () => {
		const server = await listen();
		const {sockets, destroyed, said} = watch();
		await listening(server, sockets);
		const seen = destroyed.counts.lines;
		const program = `
			const net = require('net');
			let left = 500;
			const next = () => {
				if (left-- <= 0) return;
				net.connect(${(server.address() as AddressInfo).port}, '127.0.0.1').resume().on('close', next).end('hello');
			};
			for (let index = 0; index < 20; index++) next();
		`;
		const child = spawn(process.execPath, ['-e', program], {stdio: 'ignore'});
		cleanUps.push(() => child.kill('SIGKILL'));
		await once(child, 'exit');
		await until('all', () => destroyed.counts.lines - seen >= 1000);
		expect(new Set(sockets().map(({cookie}) => cookie)).size).toBeGreaterThanOrEqual(1000);
		expect(said).toEqual([]);
	});
});

describe('many destroyed sockets of other programs', () => {
	// This ss prints 5000 other sockets again and again, or the one on the port of its filter.
	// The replaced ss may have written half a line just now: unlike ss, head does not write line by line.
	const noisy = `case "$*" in
*'ss -EHOtnei ( sport = :8080 )'*) printf '\\nUNCONN 0 0 10.0.0.1:8080 10.0.0.2:4000 ino:0 sk:1f cubic rto:204\\n'; exec sleep 600;;
*) while :; do yes 'UNCONN 0 0 10.0.0.1:80 10.0.0.2:4000 ino:0 sk:1e cubic rto:204' | head -n 5000; sleep 0.1; done;;
	esac`;

	test('only the destroyed sockets on watched ports are reported under load', async () => {
		const path = stubs(onEnd, {stdbuf: noisy});
		const {destroyed, ofPort} = watch({
			path: `${path}:/usr/bin:/bin`,
			ports: () => ({local: [8080], peer: []}),
		});
		await until('the watched one', () => ofPort(8080), 20_000);
		expect(destroyed.counts).toMatchObject({filtered: true, overflows: 0});
	});

	test('all destroyed sockets are reported while the ports are unknown', async () => {
		const path = stubs(onEnd, {stdbuf: noisy});
		const {destroyed} = watch({path: `${path}:/usr/bin:/bin`});
		await until('many of them', () => destroyed.counts.lines >= 50_000, 20_000);
		expect(destroyed.counts.filtered).toBe(false);
	});
});

describe('destroyed sockets that cannot be reported', () => {
	test('a missing stdbuf is reported once', async () => {
		const {said, destroyed} = watch({path: '/nowhere'});
		await until('it is said', () => said.length > 0);
		expect(said).toEqual([
			'connections between two looks have no last counters: stdbuf not found: install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)',
		]);
		await destroyed.close();
		expect(said).toHaveLength(1);
	});

	test.each([
		['at once', ''],
		['late, as on a busy host', 'sleep 0.6;'],
	])('an ss without -E that says so %s is tried three times, and its error is reported', async (_, delay) => {
		const path = stubs(onEnd, {
			stdbuf: `echo begun >>"$(dirname "$0")/begun"; ${delay} echo "ss: invalid option -- E" >&2; exit 255`,
		});
		const {said} = watch({path: `${path}:/usr/bin:/bin`});
		await until('it is said', () => said.length > 0);
		expect(said).toEqual([
			'connections between two looks have no last counters: ss -E ended with exit code 255: ss: invalid option -- E',
		]);
		expect(readFileSync(join(path, 'begun'), 'utf8')).toBe('begun\n'.repeat(3));
	});

	test('an ss whose socket overflowed is restarted, and the restart is counted', async () => {
		const path = stubs(onEnd, {
			stdbuf: `[ -e "\${0%/*}/again" ] && exec /usr/bin/stdbuf "$@"
				>"\${0%/*}/again"
				echo "netlink receive error No buffer space available (105)" >&2
				exit 255`,
		});
		const server = await listen();
		const {said, sockets, destroyed} = watch({path: `${path}:${childSearchPath(process.env.PATH)}`});
		await listening(server, sockets);
		expect(destroyed.counts.overflows).toBe(1);
		expect(said).toEqual(['more connections ended at once than ss could report: some have no last counters']);
	});

	test('the unread output of ss is bounded: the oldest is dropped and counted', async () => {
		const line = 'UNCONN 0 0 10.0.0.1:80 10.0.0.2:4000 ino:0 sk:1f ts sack cubic rto:204 cwnd:10';
		// Three times as much as is read.
		const path = stubs(onEnd, {
			stdbuf: `[ -e "\${0%/*}/again" ] && exec sleep 600
			>"\${0%/*}/again"; yes '${line}' | head -c 25000000`,
		});
		const {said, destroyed} = watch({path: `${path}:/usr/bin:/bin`});
		const wait = Date.now() + 400;
		// netwatch is busy.
		while (Date.now() < wait);
		await until('the newest', () => destroyed.counts.lines > 10_000);
		expect(destroyed.counts.dropped).toBeGreaterThan(0);
		expect(said).toContain('more connections ended at once than could be read: some have no last counters');
	});
});

test('half a line of an ended ss takes no counters of another socket', async () => {
	const line = (port: number, sent: number): string =>
		`UNCONN 0 0 127.0.0.1:${port} 127.0.0.1:80 ino:0 sk:${port} <-> ts cubic rtt:0.1/0.1 mss:1448 cwnd:10 bytes_sent:${sent} segs_out:5`;
	const path = stubs(onEnd, {
		ss: `if mkdir "$0.once" 2>/dev/null; then echo '${line(1001, 1)}'; printf %s '${line(1002, 2).slice(0, 60)}'; sleep 0.7; kill -KILL $$; fi
echo '${line(1003, 3)}'; exec sleep 60`,
	});
	const {ofPort} = watch({path: `${path}:${childSearchPath(process.env.PATH)}`});
	await until('the line after it', () => ofPort(1003));
	expect(ofPort(1001)?.info?.bytesSent).toBe(1);
	expect(ofPort(1002)).toBeUndefined();
	expect(ofPort(1003)?.info?.bytesSent).toBe(3);
});

test.each([
	['in a line', {major: 6, minor: 1}, ' '],
	['in several lines', {major: 4, minor: 20}, '\n\t'],
] as const)(
	'reports from before the start are dropped, and the rest is read at once on request, %s',
	async (_how, version, gap) => {
		const line = (port: number): string =>
			`UNCONN 0 0 127.0.0.1:${port} 127.0.0.1:80 ino:0 sk:${port} <->${gap}ts cubic rtt:0.1/0.1 mss:1448 cwnd:10`;
		const path = stubs(onEnd, {
			ss: `echo '${line(1001)}'; >"$0.first"; while [ ! -e "$0.go" ]; do sleep 0.02; done
echo '${line(1002)}'; >"$0.second"; exec sleep 60`,
		});
		const isThere = (name: string) => until(name, () => existsSync(join(path, `ss.${name}`)));
		let begin = () => {};
		const begun = new Promise<void>(resolve => {
			begin = resolve;
		});
		const {destroyed, ofPort} = watch({version, path: `${path}:${childSearchPath(process.env.PATH)}`, begun});
		await isThere('first');
		destroyed.discard();
		writeFileSync(join(path, 'ss.go'), '');
		await isThere('second');
		begin();
		await destroyed.readAll();
		expect(ofPort(1001)).toBeUndefined();
		expect(ofPort(1002)).toBeDefined();
	},
);

test('a closed event stream leaves no file and no process', async () => {
	const files = () => readdirSync('/dev/shm').filter(name => name.startsWith(`netwatch-${process.pid}-`));
	const {destroyed} = watch();
	expect(files()).toEqual([]);
	await destroyed.close();
});
