/** Real servers on private ports, with their data in a temporary directory. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {chownSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

export type Server = {port: number; directory: string; close(): Promise<void>};

const startMs = 20_000;
const pollEveryMs = 50;

/** @param port fixed where a project's tests demand one */
export async function startRedis(port?: number): Promise<Server> {
	const chosen = port ?? (await freePort());
	const directory = mkdtempSync(join(tmpdir(), 'suites-redis-'));
	const words = [
		'--port',
		`${chosen}`,
		'--bind',
		'127.0.0.1',
		'--dir',
		directory,
		'--save',
		'',
		'--appendonly',
		'no',
	];
	return started(spawn('redis-server', words, {stdio: 'ignore'}), 'SIGTERM', chosen, directory);
}

/** @param database is made, for the user `postgres`, without a password */
export async function startPostgres(database: string): Promise<Server> {
	const programs = ['17', '16', '15', '14']
		.map(version => `/usr/lib/postgresql/${version}/bin`)
		.find(existsSync);
	if (programs === undefined) throw new Error('there is no PostgreSQL; install the package postgresql');
	const port = await freePort();
	const directory = mkdtempSync(join(tmpdir(), 'suites-postgres-'));
	// PostgreSQL refuses to be run by root.
	const user = process.geteuid?.() === 0 ? {uid: idOf('u'), gid: idOf('g')} : {};
	if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
	const data = join(directory, 'data');
	const options = {...user, cwd: directory, stdio: 'ignore'} as const;
	execFileSync(
		join(programs, 'initdb'),
		['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8'],
		options,
	);
	const words = ['-D', data, '-k', directory, '-p', `${port}`, '-h', '127.0.0.1', '-c', 'fsync=off'];
	// SIGINT is its fast shutdown.
	const server = await started(spawn(join(programs, 'postgres'), words, options), 'SIGINT', port, directory);
	const create = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', database];
	for (let triesLeft = 50; ; triesLeft--) {
		try {
			execFileSync(join(programs, 'createdb'), create, options);
			return server;
		} catch (error) {
			// It listens before it takes connections.
			if (triesLeft === 0) throw error;
			await pause(pollEveryMs);
		}
	}
}

const idOf = (kind: 'u' | 'g'): number =>
	Number(execFileSync('id', [`-${kind}`, 'postgres'], {encoding: 'utf8'}));

/** @param signal ends it in an orderly way */
export async function started(
	child: ChildProcess,
	signal: NodeJS.Signals,
	port: number,
	directory: string,
): Promise<Server> {
	const exited = new Promise<void>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', () => resolve());
	});
	// A driver that ends early leaves no server behind.
	const end = () => void child.kill(signal);
	const endAll = () => {
		end();
		rmSync(directory, {recursive: true, force: true});
	};
	process.once('exit', endAll);
	const close = async () => {
		process.removeListener('exit', endAll);
		end();
		await exited;
		rmSync(directory, {recursive: true, force: true});
	};
	const deadline = performance.now() + startMs;
	while (!(await answers(port))) {
		if (child.exitCode !== null || performance.now() > deadline) {
			await close();
			throw new Error(`${child.spawnfile} did not come up on port ${port}`);
		}

		await pause(pollEveryMs);
	}

	return {port, directory, close};
}

const answers = (port: number): Promise<boolean> =>
	new Promise(resolve => {
		const socket = connect(port, '127.0.0.1');
		socket.once('error', () => resolve(false));
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
	});

export const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer().once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
