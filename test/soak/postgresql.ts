/** A PostgreSQL server of the test's own: in a directory that goes with it, on a port of loopback, never as root. */
import {execFileSync, spawn} from 'node:child_process';
import {chownSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isRoot} from '../helpers/process/is-root.ts';
import type {Lifetime} from '../helpers/process/temporary-directory.ts';

/** Where Debian has them, by version. */
const versions = '/usr/lib/postgresql';

/** The directory of initdb and postgres, of the newest version; null where there is none. */
export const postgresqlPrograms = (): string | null => {
	if (!existsSync(versions)) return null;
	return (
		readdirSync(versions)
			.sort((one, other) => Number(other) - Number(one))
			.map(version => join(versions, version, 'bin'))
			.find(directory => existsSync(join(directory, 'initdb'))) ?? null
	);
};

const startsMs = 20_000;

/**
 * @returns its port; it takes the user "soak" without a password
 * @throws where it does not start
 */
export const startPostgresql = async (context: Lifetime, programs: string): Promise<number> => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-postgresql-'));
	context.onTestFinished(() => rmSync(directory, {recursive: true, force: true}));
	if (isRoot) chownSync(directory, numberOf('-u'), numberOf('-g'));
	const data = join(directory, 'data');
	run([join(programs, 'initdb'), '-N', '-A', 'trust', '-U', 'soak', '-E', 'UTF8', '--locale=C', '-D', data]);
	const port = await freePort();
	const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'fsync=off'];
	const [command = '', ...words] = unprivileged([
		...[join(programs, 'postgres'), '-D', data, '-p', String(port)],
		...options.flatMap(option => ['-c', option]),
	]);
	const server = spawn(command, words, {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: plainEnvironment,
		cwd: '/',
	});
	const ended = new Promise<void>(resolve => server.once('close', () => resolve()));
	context.onTestFinished(async () => {
		// Fast shutdown: clients that are there are sent away.
		server.kill('SIGINT');
		await ended;
	});
	let said = '';
	await new Promise<void>((resolve, reject) => {
		const fail = (why: string): void => reject(new Error(`postgres ${why}\n${said}`));
		const timer = setTimeout(fail, startsMs, `was not ready within ${startsMs} ms`);
		server.once('error', error => fail(`cannot be run: ${error.message}`));
		server.once('close', () => fail('has ended'));
		server.stderr.setEncoding('utf8').on('data', (text: string) => {
			said = (said + text).slice(-4000);
			if (!said.includes('ready to accept connections')) return;
			clearTimeout(timer);
			resolve();
		});
	});
	return port;
};

const plainEnvironment = {PATH: process.env.PATH, LC_ALL: 'C'};

/** Debian's package makes this user; `nobody` exists without it. */
const user = existsSync('/etc/postgresql-common') ? 'postgres' : 'nobody';

const numberOf = (of: '-u' | '-g'): number => Number(execFileSync('id', [of, user], {encoding: 'utf8'}));

/** postgres refuses to run as root. It goes when the test is killed, too. */
const unprivileged = (words: readonly string[]): string[] =>
	isRoot
		? [
				...['setpriv', '--pdeathsig', 'INT', '--reuid', user],
				...['--regid', String(numberOf('-g')), '--clear-groups', ...words],
			]
		: [...words];

const run = (words: readonly string[]): void => {
	const [command = '', ...args] = unprivileged(words);
	execFileSync(command, args, {stdio: ['ignore', 'ignore', 'pipe'], env: plainEnvironment, cwd: '/'});
};

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer().once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address !== null ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
