/** The command-line tools that start Node programs, and which of their words say what they do. */

type Tool = {
	/** It starts the program as another process; else the program runs in it. Some do so for some of their words. */
	wrapper: boolean | ((args: readonly string[]) => boolean);
	/** The words of its arguments that belong to its short name. */
	words(args: readonly string[]): readonly string[];
};

// node_modules/tsx/dist/cli.mjs, node_modules/.bin/tsx, /usr/bin/npm, ~/.yarn/releases/yarn-4.1.0.cjs
export const isTool = (script: string): boolean =>
	/\/(node_modules|bin|share\/nodejs|\.yarn\/releases)\//.test(script) || /\/np[mx]-cli\.js$/.test(script);

/** The name under which people know a script: the tool's where it belongs to one, else the file's. */
export const toolName = (script: string): string => {
	const file = script.slice(script.lastIndexOf('/') + 1);
	if (!isTool(script)) return file;
	const name = file.replace(/\.[cm]?js$/, '').replace(/^(np[mx])-cli$|^(yarn)-[\d.]+$/, '$1$2');
	const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(script) ?? [];
	const isVague = /^(cli|index|main|bin|run|start|cmd)$/.test(name);
	if (installed === undefined || installed === '.bin') return aliases[name] ?? name;
	if (isVague) return aliases[installed] ?? installed;
	// A part that a tool starts as a process of its own says little without the tool's name.
	const isPart = !script.includes('/bin/') && !(aliases[name] ?? name).includes(installed);
	const known = isPart ? `${installed}/${name}` : name;
	return aliases[known] ?? known;
};

const aliases: Record<string, string> = {
	yarnpkg: 'yarn',
	pn: 'pnpm',
	pnpx: 'pnpm dlx',
	'concurrently-cli': 'concurrently',
	conc: 'concurrently',
	'dotenv-cli': 'dotenv',
	'cross-env-shell': 'cross-env',
	tsnd: 'ts-node-dev',
	// Their titles, where they set one, come too late to be seen.
	'next/start-server': 'next-server',
	'next/processChild': 'next worker',
	'next/detached-flush': 'next telemetry',
	'jest-worker/processChild': 'jest worker',
	'vitest/forks': 'vitest worker',
	'pm2/Daemon': 'pm2 daemon',
	'pm2/ProcessContainer': 'pm2 app',
	'pm2/ProcessContainerFork': 'pm2 app',
};

/** The first words that are neither options nor options' values. */
const positionals = (args: readonly string[], count: number, withValue: ReadonlySet<string>): string[] => {
	const found: string[] = [];
	for (let at = 0; at < args.length && found.length < count; at += 1) {
		const word = args[at] ?? '';
		if (!word.startsWith('-')) found.push(word);
		else if (withValue.has(word)) at += 1;
	}
	return found;
};

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const tail = (word: string): string => word.slice(word.lastIndexOf('/') + 1);
const none = set('');

const npmValues = set(
	'--prefix -C --dir --cwd -w --workspace -F --filter --loglevel --registry --cache --userconfig',
);
const runs = set('run run-script rum urn exec x dlx test-only workspace');

/** "run dev" of `run dev --port 3`, "start" of `--silent start`. */
const manager: Tool['words'] = args => {
	const [command, script] = positionals(args, 2, npmValues);
	if (command === undefined) return [];
	return script !== undefined && runs.has(command) ? [command, tail(script)] : [command];
};

/** The first word that names something: no option, no assignment. */
const starts =
	(withValue = none): Tool['words'] =>
	args =>
		positionals(
			args.filter(word => word !== '--' && word !== 'node' && !/^\w+=/.test(word)),
			1,
			withValue,
		).map(tail);

const nothing: Tool['words'] = () => [];

const nextValues = set('-p --port -H --hostname --keepAliveTimeout');

const wrapper = (words: Tool['words']): Tool => ({wrapper: true, words});

export const tools: Record<string, Tool> = {
	npm: wrapper(manager),
	yarn: wrapper(manager),
	pnpm: wrapper(manager),
	'pnpm dlx': wrapper(starts()),
	npx: wrapper(starts(set('-p --package -c --call -w --workspace'))),
	corepack: wrapper(starts()),
	nodemon: wrapper(starts(set('-w --watch -e --ext -x --exec -i --ignore -d --delay -s --signal --config'))),
	'node-dev': wrapper(starts()),
	'ts-node-dev': wrapper(starts(set('--watch --ignore-watch --project -P'))),
	tsx: wrapper(args => {
		const [first, second] = positionals(
			args,
			2,
			set('--tsconfig -r --require --import -e -p --ignore --include'),
		);
		if (first === undefined) return [];
		return first === 'watch' && second !== undefined ? ['watch', tail(second)] : [tail(first)];
	}),
	'ts-node': {
		wrapper: false,
		words: starts(set('-P --project -r --require -O --compiler-options -C --compiler')),
	},
	// `next dev` starts next-server, `next start` becomes it.
	next: {
		wrapper: args => (positionals(args, 1, nextValues)[0] ?? 'dev') === 'dev',
		words: args => positionals(args, 1, nextValues),
	},
	concurrently: wrapper(nothing),
	'npm-run-all': wrapper(nothing),
	'run-p': wrapper(nothing),
	'run-s': wrapper(nothing),
	'cross-env': wrapper(starts()),
	dotenv: wrapper(starts(set('-e -p -v -c'))),
	dotenvx: wrapper(starts(set('-f -e --env --env-file'))),
	'env-cmd': wrapper(starts(set('-f --file -e --environments -r --rc-file'))),
	'pm2-runtime': wrapper(starts()),
	c8: wrapper(starts(set('-r --reporter -o --reports-dir --src -x --exclude -n --include'))),
	nyc: wrapper(starts(set('-r --reporter --report-dir -x --exclude -n --include'))),
};
