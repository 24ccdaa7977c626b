// Programs by the way they are started: children, threads, modules, and Node's own options.
import type {Pair} from '../../../helpers/process/paired-run.ts';

/** TAP as `node --test` writes it, without its times. */
const withoutTimes = (text: string): string => text.replaceAll(/duration_ms:? [\d.]+/g, 'duration_ms N');

const talks =
	"require('net').connect(1, '127.0.0.1').on('error', ({code}) => console.log('failed with', code))";

export const processes: readonly Pair[] = [
	{
		file: 'children',
		says: 'spawn with options 0 null',
		sockets: 0,
		processes: 10,
		notice: /^(no hook in |$)/,
	},
	{file: 'passes-handles', says: 'client: handed over, from the child', sockets: 6, processes: 2},
	{file: 'cluster-life', args: ['turns'], says: 'client: value', sockets: 3, processes: 3},
	{file: 'cluster-life', args: ['shared'], says: 'client: value', sockets: 3, processes: 3},
	{file: 'threads', says: 'error Error ERR_WORKER_OUT_OF_MEMORY', sockets: 20},
	{file: 'threads-wait', says: 'false true', sockets: 3},
	{file: 'contexts', says: 'elsewhere.js', code: 1, sockets: 4},
	{file: 'inspector-session', says: "'nodes'", sockets: 3},
];

/** How modules are loaded, and what else starts a program. */
export const modules: readonly Pair[] = [
	{file: 'top-level-await.mjs', says: 'ERR_MODULE_NOT_FOUND', code: 1, sockets: 4},
	{file: 'registers-loader.mjs', says: 'made by a loader 0', sockets: 1},
	{
		file: 'registers-loader.mjs',
		args: ['preloaded'],
		nodeArgs: ['--import', './own-register.mjs'],
		says: 'made by a loader 2',
	},
	{file: 'preloaded', nodeArgs: ['--require', './own-preload.cjs'], says: 'ECONNREFUSED'},
	{
		file: 'preloaded',
		env: {NODE_OPTIONS: '--require ./own-preload.cjs --stack-trace-limit=3'},
		says: 'ECONNREFUSED',
	},
	{
		file: 'tested.test',
		nodeArgs: ['--test', '--test-reporter=tap'],
		says: 'not ok 2 - an error that comes late',
		code: 1,
		sockets: 3,
		processes: 2,
		normal: withoutTimes,
	},
	{
		file: 'tested.test',
		nodeArgs: ['--test', '--test-reporter=tap', '--experimental-test-coverage'],
		says: 'start of coverage report',
		code: 1,
		sockets: 3,
		processes: 2,
		normal: withoutTimes,
	},
	{nodeArgs: ['-e'], args: [talks, 'one', '--two'], says: 'failed with ECONNREFUSED'},
	{nodeArgs: ['-p'], args: [`${talks}.listenerCount('error')`], says: 'failed with ECONNREFUSED'},
	{
		nodeArgs: ['-'],
		args: ['one'],
		input: `${talks}; throw new Error('typed')`,
		says: 'Error: typed',
		code: 1,
	},
	{
		nodeArgs: ['-i'],
		input: `${talks.replace("require('net')", 'net')}; 1 + 1\nthrow 1\nprocess.exitCode = 4\n`,
		says: 'Uncaught 1',
		code: 4,
	},
	{
		nodeArgs: ['--input-type=module', '-e'],
		args: [`import net from 'node:net'; await 0; ${talks.replace("require('net')", 'net')}`],
		says: 'failed with ECONNREFUSED',
	},
	{nodeArgs: ['--check'], file: 'preloaded', says: /^$/, sockets: 0, processes: 0},
];

const flag = (...nodeArgs: string[]): Pair => ({
	nodeArgs,
	file: 'subclass-socket',
	says: 'socket 2: ',
	sockets: 4,
});

/** Options of Node and V8 that change the ground on which the hook stands. */
export const flags: readonly Pair[] = [
	flag('--frozen-intrinsics'),
	flag('--disable-proto=delete'),
	flag('--disable-proto=throw'),
	flag('--no-addons'),
	flag('--jitless'),
	flag('--max-old-space-size=64'),
	flag('--expose-gc', '--gc-interval=500'),
	flag('--stack-size=200'),
	flag('--no-opt', '--use-strict'),
	flag('--preserve-symlinks', '--preserve-symlinks-main'),
	flag('--disallow-code-generation-from-strings'),
	{...flag('--trace-sync-io'), sockets: 0, notice: /--trace-sync-io/},
	flag('--no-deprecation', '--trace-exit'),
	flag('--zero-fill-buffers'),
	flag('--insecure-http-parser'),
	flag('--title=own title'),
	flag('--no-global-search-paths'),
	flag('--icu-data-dir=/none'),
	flag('--abort-on-uncaught-exception'),
	flag('--force-context-aware'),
	flag('--interpreted-frames-native-stack'),
];
