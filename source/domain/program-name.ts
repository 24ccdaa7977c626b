import {isTool, toolName, tools} from './known-tools.ts';

export type Program = {
	/** A short name of the program, e.g. "server.js", "npm run dev"; text from outside. */
	program: string;
	/** Set for programs that only start the program: npm, npx, nodemon, tsx, `node --watch`. */
	wrapper: boolean;
};

const maxNameLength = 80;

/**
 * Derives the short name of a Node process.
 *
 * @param argv as `process.argv` at preload: the executable, the script's absolute path, the script's arguments
 * @param execArgv as `process.execArgv`: Node's own options
 * @param title as `process.title`; meaningful only where the program has set it
 */
export const describeProgram = (
	argv: readonly string[],
	execArgv: readonly string[],
	title: string,
): Program => {
	const [executable = 'node', script, ...args] = argv;
	const mode = execArgv.map(optionName).find(option => option in nodeModes);
	if (mode !== undefined) {
		const {wrapper, hasScript} = nodeModes[mode] ?? {wrapper: false, hasScript: false};
		const label = hasScript && script !== undefined ? `${mode} ${fileName(script)}` : mode;
		return programNamed(`node ${label}`, wrapper);
	}
	if (script === undefined) {
		const isTitleOwn = title !== '' && title !== executable && baseName(title) !== 'node';
		return programNamed(isTitleOwn ? title : baseName(executable), false);
	}
	// `node` started by a worker's loader, or a single-executable program: the executable is the script.
	if (script === executable) return programNamed(baseName(executable), false);
	if (script === '-') return programNamed('node -', false);
	const name = toolName(script);
	const tool = isTool(script) ? tools[name] : undefined;
	if (tool === undefined) return programNamed(name === baseName(script) ? fileName(script) : name, false);
	const wrapper = typeof tool.wrapper === 'boolean' ? tool.wrapper : tool.wrapper(args);
	return programNamed([name, ...tool.words(args)].join(' '), wrapper);
};

/**
 * Derives the short name of any process from its command line (/proc/PID/cmdline), with or without a hook.
 *
 * @param cmdline the words, the executable first
 */
export const describeCommandLine = (cmdline: readonly string[]): Program => {
	const [executable = '', ...words] = cmdline;
	// A process that sets its title overwrites its words: "npm run dev" and nothing after it.
	const [first = '', second] = executable.split(' ');
	if (second !== undefined && !executable.startsWith('/') && words.every(word => word === ''))
		return programNamed(executable, tools[first]?.wrapper === true);
	const name = baseName(executable).replace(/^-/, '');
	if (shells.has(name)) return programNamed(name, true);
	if (!/^node(js)?(-?\d+)?$/.test(name)) return programNamed(name, false);
	let at = 0;
	while (at < words.length && words[at]?.startsWith('-') && words[at] !== '-' && words[at] !== '--') {
		at += nodeOptionsWithValue.has(words[at] ?? '') ? 2 : 1;
	}
	const execArgv = words.slice(0, at);
	return describeProgram([executable, ...words.slice(words[at] === '--' ? at + 1 : at)], execArgv, '');
};

const programNamed = (program: string, wrapper: boolean): Program => ({
	program: program.length > maxNameLength ? `${program.slice(0, maxNameLength - 1)}…` : program,
	wrapper,
});

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'fish', 'busybox']);

/** Options with which node runs something other than one script. */
const nodeModes: Record<string, {wrapper: boolean; hasScript: boolean}> = {
	'-e': {wrapper: false, hasScript: false},
	'-p': {wrapper: false, hasScript: false},
	'--watch': {wrapper: true, hasScript: true},
	'--run': {wrapper: true, hasScript: true},
	'--test': {wrapper: true, hasScript: false},
};

const optionNames: Record<string, string> = {
	'--eval': '-e',
	'--print': '-p',
	'-pe': '-p',
	'--watch-path': '--watch',
};

const optionName = (word: string): string => {
	const [option = ''] = word.split('=', 1);
	return optionNames[option] ?? option;
};

/** Options of node whose value is the next word. */
const nodeOptionsWithValue = new Set([
	...[
		'-r',
		'--require',
		'--import',
		'--loader',
		'--experimental-loader',
		'-C',
		'--conditions',
		'-e',
		'--eval',
	],
	...[
		'-p',
		'--print',
		'-pe',
		'--env-file',
		'--env-file-if-exists',
		'--watch-path',
		'--title',
		'--input-type',
	],
	...['--inspect-port', '--test-name-pattern', '--test-reporter', '--test-reporter-destination'],
	...['--icu-data-dir', '--openssl-config', '--max-http-header-size', '--unhandled-rejections'],
]);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The file's name; with its directory for an index.js, whose own name is vague. */
const fileName = (path: string): string => {
	const parts = path.split('/').filter(part => part !== '');
	return (/^index\.[cm]?[jt]sx?$/.test(parts.at(-1) ?? '') ? parts.slice(-2) : parts.slice(-1)).join('/');
};
