import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {type Command, type Program, start} from './program.ts';

/** The server has this CPU for itself; load, readers and netwatch share the other. */
const serverCpu = '0';
export const loadCpu = '1';

/** A way's own count of the server's traffic: proof that it was at work. */
export type Reported = {
	count: number;
	unit: string;
	/** Null where that is not known; absent where the way does not count them. */
	dropped?: number | null;
};

export type Way = {
	name: string;
	/** A third-party tool: measured in every second round. */
	rival: boolean;
	command(args: readonly string[]): Command;
	/** Asked after the server's end. Null where the way keeps no count. */
	reported(program: Program): Promise<Reported | null>;
};

export const unwatched = 'unwatched';

/**
 * The ways a Node program can be watched, side by side.
 *
 * @param directory for files of this run
 */
export async function createWays(directory: string): Promise<Way[]> {
	const fifo = join(directory, 'hook.fifo');
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const reader = start({
		command: process.execPath,
		args: ['--import', 'tsx', 'bench/overhead/reader.ts', fifo],
		env: plainEnvironment(),
	});
	await reader.line();

	const hook = {NODE_OPTIONS: `--require "${resolve('dist/hook.cjs')}"`, NETWATCH_FIFO: fifo};
	const spans = join(directory, 'spans');
	const traced = (name: string, preload: string): Way => ({
		name,
		rival: true,
		command: args => onServerCpu(['--require', resolve(preload), ...args], {BENCH_REPORT: spans}),
		async reported() {
			const count = Number(readFileSync(spans, 'utf8'));
			rmSync(spans);
			return {count, unit: 'spans'};
		},
	});

	return [
		{
			name: unwatched,
			rival: false,
			command: args => onServerCpu(args),
			reported: async () => null,
		},
		{
			name: 'hook alone',
			rival: false,
			command: args => onServerCpu(args, hook),
			async reported() {
				reader.write('take\n');
				return JSON.parse(await reader.line()) as Reported; // our own reader's
			},
		},
		{
			name: 'netwatch',
			rival: false,
			command(args) {
				const server = onServerCpu(args);
				return {
					...server,
					command: process.execPath,
					args: ['dist/cli.js', '--headless', '--', server.command, ...server.args],
					stderr: 'keep',
				};
			},
			reported: async program => readSummary(program.stderr),
		},
		{
			name: 'NODE_DEBUG=net',
			rival: true,
			command: args => onServerCpu(args, {NODE_DEBUG: 'net'}),
			reported: async () => null,
		},
		traced('OpenTelemetry', 'bench/rivals/opentelemetry.cjs'),
		traced('dd-trace', 'bench/rivals/dd-trace.cjs'),
		{
			name: '--inspect',
			rival: true,
			command: args => onServerCpu(['--inspect=127.0.0.1:0', ...args]),
			reported: async () => null,
		},
	];
}

/** The tracers are no dependency of netwatch: their own lock file pins them, and a first run fetches them. */
export function installRivals(): void {
	const changedMs = (file: string): number =>
		statSync(`bench/rivals/${file}`, {throwIfNoEntry: false})?.mtimeMs ?? 0;
	if (changedMs('node_modules/.package-lock.json') > changedMs('package-lock.json')) return;
	console.error('installing bench/rivals …');
	execFileSync('npm', ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'], {
		cwd: 'bench/rivals',
		stdio: ['ignore', 'ignore', 'inherit'],
		timeout: 300_000,
	});
}

const onServerCpu = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Command => ({
	command: 'taskset',
	args: ['-c', serverCpu, process.execPath, ...args],
	env: {...plainEnvironment(), ...env},
});

/** The variables of this process are not passed on to those it measures. */
export function plainEnvironment(): NodeJS.ProcessEnv {
	const env = {...process.env};
	for (const name of Object.keys(env)) {
		if (/^(NODE_|NETWATCH_|DD_|OTEL_|npm_)/.test(name)) delete env[name];
	}

	return env;
}

/** "processes  1 with hook · 4711 steps seen, at least 12 lost" */
function readSummary(text: string): Reported {
	const [, seen, lost] = /(\d+) steps seen, (?:at least )?(\d+) lost/.exec(text) ?? [];
	if (seen === undefined) throw new Error(`netwatch's summary does not show the steps seen:\n${text}`);
	return {count: Number(seen), unit: 'steps', dropped: Number(lost)};
}
