/** Command-line tools that start Node programs, and the words of their command line that belong to the name. */

type Tool = {
	/**
	 * Set where the tool starts the program as another process instead of in its own; some depend on their
	 * words.
	 */
	wrapper: boolean | ((args: readonly string[]) => boolean);
	/** The arguments that belong to the short name. */
	words(args: readonly string[]): readonly string[];
};

// node_modules/tsx/dist/cli.mjs, node_modules/.bin/tsx, /usr/bin/npm, ~/.yarn/releases/yarn-4.1.0.cjs
export const isTool = (script: string): boolean =>
	/\/(node_modules|bin|share\/nodejs|\.yarn\/releases)\//.test(script) || /\/np[mx]-cli\.js$/.test(script);

/** The display name of a script: the tool's name where the script belongs to a tool, else the file's. */
export const toolName = (script: string): string => {
	const file = script.slice(script.lastIndexOf('/') + 1);
	if (!isTool(script)) return file;
	const name = file.replace(/\.[cm]?js$/, '').replace(/^(np[mx])-cli$|^(yarn)-[\d.]+$/, '$1$2');
	const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(script) ?? [];
	const isVague = /^(cli|index|main|bin|run|start|cmd)$/.test(name);
	if (installed === undefined || installed === '.bin') return aliases[name] ?? name;
	if (isVague) return aliases[installed] ?? installed;
	// The name of a tool's internal script is vague without the tool's name.
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
	// These set their process title, if at all, after the hook has reported it: their script names them.
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
	for (let at = 0; at < args.length && found.length < count; at++) {
		const word = args[at] ?? '';
		if (!word.startsWith('-')) found.push(word);
		else if (withValue.has(word)) at++;
	}
	return found;
};

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1);
const emptySet = wordSet('');

const npmValues = wordSet(
	'--prefix -C --dir --cwd -w --workspace -F --filter --loglevel --registry --cache --userconfig',
);
const scriptCommands = wordSet('run run-script rum urn exec x dlx test-only workspace');

/** "run dev" of `run dev --port 3`, "start" of `--silent start`. */
const packageManagerWords: Tool['words'] = args => {
	const [command, script] = positionals(args, 2, npmValues);
	if (command === undefined) return [];
	return script !== undefined && scriptCommands.has(command) ? [command, baseName(script)] : [command];
};

/** The first word that is neither an option nor an assignment. */
const firstWord =
	(withValue = emptySet): Tool['words'] =>
	args =>
		positionals(
			args.filter(word => word !== '--' && word !== 'node' && !/^\w+=/.test(word)),
			1,
			withValue,
		).map(baseName);

const noWords: Tool['words'] = () => [];

const nextValues = wordSet('-p --port -H --hostname --keepAliveTimeout');

const wrapperTool = (words: Tool['words']): Tool => ({wrapper: true, words});

export const tools: Record<string, Tool> = {
	npm: wrapperTool(packageManagerWords),
	yarn: wrapperTool(packageManagerWords),
	pnpm: wrapperTool(packageManagerWords),
	'pnpm dlx': wrapperTool(firstWord()),
	npx: wrapperTool(firstWord(wordSet('-p --package -c --call -w --workspace'))),
	corepack: wrapperTool(firstWord()),
	nodemon: wrapperTool(
		firstWord(wordSet('-w --watch -e --ext -x --exec -i --ignore -d --delay -s --signal --config')),
	),
	'node-dev': wrapperTool(firstWord()),
	'ts-node-dev': wrapperTool(firstWord(wordSet('--watch --ignore-watch --project -P'))),
	tsx: wrapperTool(args => {
		const [first, second] = positionals(
			args,
			2,
			wordSet('--tsconfig -r --require --import -e -p --ignore --include'),
		);
		if (first === undefined) return [];
		return first === 'watch' && second !== undefined ? ['watch', baseName(second)] : [baseName(first)];
	}),
	'ts-node': {
		wrapper: false,
		words: firstWord(wordSet('-P --project -r --require -O --compiler-options -C --compiler')),
	},
	// `next dev` starts next-server, `next start` becomes it.
	next: {
		wrapper: args => (positionals(args, 1, nextValues)[0] ?? 'dev') === 'dev',
		words: args => positionals(args, 1, nextValues),
	},
	concurrently: wrapperTool(noWords),
	'npm-run-all': wrapperTool(noWords),
	'run-p': wrapperTool(noWords),
	'run-s': wrapperTool(noWords),
	'cross-env': wrapperTool(firstWord()),
	dotenv: wrapperTool(firstWord(wordSet('-e -p -v -c'))),
	dotenvx: wrapperTool(firstWord(wordSet('-f -e --env --env-file'))),
	'env-cmd': wrapperTool(firstWord(wordSet('-f --file -e --environments -r --rc-file'))),
	'pm2-runtime': wrapperTool(firstWord()),
	c8: wrapperTool(firstWord(wordSet('-r --reporter -o --reports-dir --src -x --exclude -n --include'))),
	nyc: wrapperTool(firstWord(wordSet('-r --reporter --report-dir -x --exclude -n --include'))),
};
