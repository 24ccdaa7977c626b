/**
 * Runs clients from npm against their real servers, alone and below netwatch, and prints what differs.
 * See docs/compatibility.md.
 */
import {execFileSync} from 'node:child_process';
import {chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {isRoot} from '../helpers/process/is-root.ts';
import {root} from '../helpers/process/paths.ts';
import {type Client, clients} from './clients.ts';
import {copyPrograms, install} from './install.ts';
import {packages} from './packages.ts';
import {runClient} from './run-client.ts';
import {type ServerName, servers} from './servers/index.ts';
import type {Server} from './servers/server.ts';
import {complaints, tableHead, tableLine} from './table.ts';

const usage = `npm run zoo -- [options] [CLIENT…]

  --cache DIR  where the packages are kept (ZOO_CACHE, ~/.cache/netwatch-zoo)
  --list       the names of the clients, with their versions and servers
`;

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		cache: {type: 'string', default: process.env.ZOO_CACHE ?? join(homedir(), '.cache/netwatch-zoo')},
		list: {type: 'boolean', default: false},
		help: {type: 'boolean', default: false},
	},
});

// A second signal, as tsx passes one on, must not end it before everything is put away.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const serverOf = (name: ServerName): Server => servers[name];
const versionOf = ({from}: Server): string => {
	if ('npm' in from) return Reflect.get(packages, from.npm);
	try {
		// redis-server	5:7.0.15-1~deb12u10
		const printed = execFileSync('dpkg-query', ['-W', from.debian], {encoding: 'utf8', stdio: 'pipe'});
		return /\t(?:\d+:)?([^-+\s]+)/.exec(printed)?.[1] ?? printed;
	} catch {
		return '(version unknown)';
	}
};

if (values.help || values.list) {
	const lines = clients.map(
		client =>
			`${client.name} (${client.packages.map(name => `${name} ${packages[name]}`).join(', ')}) at ${client.servers.join(', ')}\n`,
	);
	process.stdout.write(values.help ? usage : lines.join(''));
	process.exit();
}

const unknown = positionals.filter(name => !clients.some(client => client.name === name));
if (unknown.length > 0) {
	process.stderr.write(`zoo: there is no client ${unknown.join(', ')}; --list names them\n`);
	process.exit(2);
}

const ends: Array<() => Promise<void> | void> = [];
const onTestFinished = (end: () => Promise<void> | void): number => ends.push(end);
const directory = mkdtempSync(join(tmpdir(), 'netwatch-zoo-'));
chmodSync(directory, 0o755);
const results = join(resolve(values.cache), 'results');
mkdirSync(results, {recursive: true});
process.once('exit', () => rmSync(directory, {recursive: true, force: true}));

try {
	await main();
} finally {
	for (const end of ends.reverse()) await end();
}

async function main(): Promise<void> {
	const programs = copyPrograms(await install(resolve(values.cache)));
	const key = join(directory, 'key.pem');
	const certificate = join(directory, 'certificate.pem');
	makeCertificate(key, certificate);
	// A build during the run changes nothing.
	const dist = join(directory, 'dist');
	cpSync(join(root, 'dist'), dist, {recursive: true});
	const built = join(dist, 'cli.js');
	const started = new Map<ServerName, Promise<Record<string, string>>>();
	const startOnce = (name: ServerName): Promise<Record<string, string>> => {
		const own = join(directory, name);
		const starting =
			started.get(name) ??
			Promise.resolve().then(() => {
				mkdirSync(own);
				// For servers that change their user.
				chmodSync(own, 0o777);
				return serverOf(name).start({
					directory: own,
					key,
					certificate,
					programs,
					onTestFinished,
				});
			});
		started.set(name, starting);
		return starting;
	};
	process.stdout.write(tableHead());
	for (const client of clients) {
		if (positionals.length > 0 && !positionals.includes(client.name)) continue;
		const missing = client.servers.flatMap(name => whyMissing(name) ?? []);
		if (missing.length > 0) {
			process.stderr.write(`zoo: ${client.name} is skipped: ${missing.join('; ')}\n`);
			continue;
		}

		try {
			const environments = [];
			for (const name of client.servers) environments.push(await startOnce(name));
			await runOne(client, join(programs, client.program), built, {
				...Object.assign({}, ...environments),
				ZOO_CA: certificate,
				NODE_EXTRA_CA_CERTS: certificate,
			});
		} catch (error) {
			process.exitCode = 1;
			process.stderr.write(`zoo: ${client.name}: ${error instanceof Error ? error.message : error}\n`);
		}
	}
}

async function runOne(
	client: Client,
	program: string,
	built: string,
	env: Record<string, string>,
): Promise<void> {
	const own: typeof ends = [];
	try {
		const result = await runClient({onTestFinished: end => own.push(end)}, program, {built, env});
		const used = client.servers.map(name => `${name} ${versionOf(serverOf(name))}`);
		writeFileSync(
			join(results, `${client.name}.ndjson`),
			result.records.map(record => `${JSON.stringify(record)}\n`).join(''),
		);
		process.stdout.write(tableLine(client, used, result));
		for (const text of complaints(result)) {
			process.exitCode = 1;
			process.stderr.write(`zoo: ${client.name}: ${text}\n`);
		}
	} finally {
		for (const end of own.reverse()) await end();
	}
}

function whyMissing(name: ServerName): string | null {
	const {from, program, needsRoot} = serverOf(name);
	if (needsRoot && !isRoot) return `${name} needs root`;
	if (program === null || existsSync(program)) return null;
	return `${name} is not installed${'debian' in from ? ` (Debian: ${from.debian})` : ''}`;
}

function makeCertificate(key: string, certificate: string): void {
	execFileSync(
		'openssl',
		[
			...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
			...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
		],
		{stdio: 'pipe'},
	);
	// Servers that change their user read it; it is of no worth elsewhere.
	chmodSync(key, 0o644);
}
