/** What a server of the zoo is, and the means to start one: in a directory of its own, on loopback, ended with the run. */
import {spawn} from 'node:child_process';
import {chmodSync, mkdirSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';
import type {Lifetime} from '../../helpers/process/temporary-directory.ts';
import {until} from '../../helpers/process/until.ts';

export type ServerContext = Lifetime & {
	/** Its own, empty. Servers that change their user can write into it. */
	directory: string;
	/** A key, and a certificate for localhost and 127.0.0.1 that is its own authority. */
	key: string;
	certificate: string;
	/** The directory of the programs, which find the packages. */
	programs: string;
};

export type Server = {
	/** Where it is from: Debian's package, or the npm package where Debian has none. */
	from: {debian: string} | {npm: string};
	/** The file that is run; not installed where it does not exist. */
	program: string | null;
	/** It changes its user, or is refused otherwise. */
	needsRoot?: true;
	/** @returns the environment of its clients' programs */
	start(context: ServerContext): Promise<Record<string, string>>;
};

/** RabbitMQ takes a minute and more on a busy machine. */
const startsMs = 180_000;
const endsMs = 5000;
const saidKept = 4000;

const running = new Set<() => void>();
process.once('exit', () => {
	for (const endNow of running) endNow();
});

/**
 * Starts a server in the foreground, and waits until its port answers.
 *
 * @param options.port that it will listen on; null where there is nothing to wait for
 */
export async function startServer(
	{directory, onTestFinished}: ServerContext,
	words: readonly [string, ...string[]],
	{port, env = {}}: {port: number | null; env?: Record<string, string>},
): Promise<void> {
	// A runner that is killed takes it along.
	const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...words], {
		cwd: directory,
		env: {
			PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
			LC_ALL: 'C.UTF-8',
			HOME: directory,
			TMPDIR: directory,
			...env,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			said = (said + text).slice(-saidKept);
		});
	}

	let isOver = false;
	const ended = new Promise<void>(resolve => {
		const finish = (): void => {
			isOver = true;
			resolve();
		};
		child.once('error', error => {
			said += error.message;
			finish();
		});
		child.once('exit', finish);
	});
	const kill = (signal: NodeJS.Signals): void => {
		try {
			if (child.pid !== undefined) process.kill(-child.pid, signal);
		} catch {
			// No process of the group is left.
		}
	};
	const endNow = (): void => kill('SIGKILL');
	running.add(endNow);
	onTestFinished(async () => {
		kill('SIGTERM');
		const timer = setTimeout(endNow, endsMs);
		await ended;
		clearTimeout(timer);
		endNow();
		running.delete(endNow);
	});
	if (port === null) return;
	await until(
		`${words[0]} on port ${port}`,
		async () => {
			if (isOver) throw new Error(`${words.join(' ')} has ended:\n${said}`);
			return answers(port);
		},
		startsMs,
	).catch((error: unknown) => {
		throw new Error(`${error instanceof Error ? error.message : error}\n${said}`, {cause: error});
	});
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
			const port = typeof address === 'object' && address !== null ? address.port : 0;
			server.close(() => resolve(port));
		});
	});

/** A directory below the server's, which any user can write into. */
export const openDirectory = ({directory}: ServerContext, name: string): string => {
	const path = join(directory, name);
	mkdirSync(path);
	chmodSync(path, 0o777);
	return path;
};
