// Programs that inspect themselves, or that replace parts of the platform.
import type {Pair} from '../../../helpers/process/paired-run.ts';

const lines = (text: string, drop: (line: string) => boolean): string =>
	text
		.split('\n')
		.filter(line => !drop(line))
		.join('\n');

/** A program's view of its own sockets, servers, process. */
export const inspections: readonly Pair[] = [
	{file: 'own-keys', says: 'tls accepted TLSSocket', sockets: 7},
	{
		file: 'prototypes',
		says: 'net.Socket.prototype connect',
		sockets: 0,
		trace: {
			why: '`emit` is an accessor of two prototypes; a wrapped method that was inherited is an own one',
			without: text =>
				lines(text, line => /^net\.(Socket|Stream|Server)\.prototype (emit|_undestroy) /.test(line)),
		},
	},
	{file: 'inspects', says: '<ref *N> Socket {', sockets: 6},
	{
		file: 'inspects',
		args: ['hidden'],
		says: '_usingWorkers: false',
		sockets: 6,
		trace: {
			why: '`emit` is an accessor, which an inspection with showHidden lists',
			without: text => lines(text, line => line.trim() === 'emit: [Getter/Setter],'),
		},
	},
	{file: 'copies', says: 'clone DataCloneError', sockets: 3},
	{
		file: 'traces',
		says: 'environment false false',
		sockets: 0,
		trace: {
			why: 'what starts the hook is in the environment, it writes to a FIFO, and net is loaded before the program',
			without: text =>
				text
					.replaceAll(/^(environment|named FIFOs|modules|preloaded)( true)+$/gm, '$1 …')
					.replaceAll(/^(environment|named FIFOs|modules|preloaded)( false)+$/gm, '$1 …'),
		},
	},
	{file: 'collects', nodeArgs: ['--expose-gc'], says: 'unused: true', sockets: 60},
	{file: 'process-shape', says: 'at Object.<anonymous> (process-shape.cjs', sockets: 0},
	{file: 'modules', says: 'MODULE_NOT_FOUND', sockets: 0},
	{file: 'active-handles', says: 'unreferenced [', sockets: 5},
	{file: 'async-hooks-order', says: 'init TCPCONNECTWRAP', sockets: 3},
	{file: 'async-order', says: 'after TCPCONNECTWRAP'},
	{file: 'async-local-storage', says: 'lookup of the client', sockets: 6},
	{file: 'performance-observer', says: 'http: ', sockets: 3},
	{file: 'diagnostics-channels', says: 'net.server.socket false', sockets: 3},
	{
		file: 'subscribed-channels',
		says: 'http.client.request.start false',
		sockets: 0,
		trace: {
			why: 'these channels are where the hook learns of requests and of listeners',
			without: text => text.replaceAll(/^(\S*(?:http|listen|udp|net\.client)\S*) true$/gm, '$1 false'),
		},
	},
	{file: 'max-listeners', says: 'MaxListenersExceededWarning', sockets: 3},
	{file: 'max-listeners', nodeArgs: ['--trace-warnings'], says: 'at process.addListener', sockets: 3},
	{file: 'max-listeners', nodeArgs: ['--no-warnings'], says: 'no warning came', sockets: 3},
	{file: 'max-listeners', nodeArgs: ['--throw-deprecation'], says: 'no warning came', sockets: 3},
	{file: 'deprecations', says: 'OWN003', sockets: 0},
	{file: 'deprecations', nodeArgs: ['--trace-deprecation'], says: 'OWN003', sockets: 0},
	{file: 'deprecations', nodeArgs: ['--throw-deprecation'], says: 'DeprecationWarning', code: 1, sockets: 0},
	{file: 'deprecations', nodeArgs: ['--pending-deprecation'], says: 'DEP0005', sockets: 0},
	{
		file: 'deprecations',
		env: {NODE_PENDING_DEPRECATION: '1', NODE_NO_WARNINGS: '1'},
		says: 'OWN003',
		sockets: 0,
	},
];

/** Programs that replace parts of the platform, or that bring their own. */
export const changes: readonly Pair[] = [
	{file: 'patches-methods', says: 'emit true true', sockets: 5},
	{file: 'patches-events', says: 'client: ', sockets: 3},
	{file: 'mock-method', says: '_destroy 1', sockets: 3},
	{
		file: 'mock-emit',
		says: 'Socket 1',
		sockets: 0,
		trace: {
			why: 'node:test mocks methods only, and `emit` of sockets, servers and the process is an accessor',
			without: text => text.replaceAll(/^(Socket|Server|process) ERR_INVALID_ARG_VALUE$/gm, '$1 1'),
		},
	},
	{file: 'subclass-socket', says: 'socket 2: ', sockets: 4},
	{file: 'subclass-server', says: 'http: listening', sockets: 6},
	{file: 'old-style-class', says: 'mixed Old', sockets: 5},
	{file: 'proxied-socket', says: 'proxy: get on', sockets: 3},
	{file: 'frozen', says: 'write TypeError', sockets: 3},
	{
		file: 'own-emit',
		says: 'accepted: true false true',
		sockets: 3,
		trace: {
			why: 'a socket that connects has another `emit`: what a lookup or an attempt gave is in its arguments',
			without: text => text.replace('client: false false', 'client: true false'),
		},
	},
	{file: 'hostile-getters', says: 'client: bye', sockets: 3, notice: /^a socket is left alone/},
	{file: 'mock-timers', says: 'one day later', sockets: 3, since: 20},
	{file: 'replaced-globals', says: '"setTimeout":1', sockets: 3},
	{
		file: 'replaced-builtins',
		says: '{}',
		sockets: 3,
		trace: {
			why: 'methods of arrays and buffers are looked up when they are called',
			without: text => text.replace(/^\{[^}]*\}/, '{}'),
		},
	},
	{file: 'timer-order', says: "'tick', 'microtask'", sockets: 0},
	{file: 'replaces-process-emit', says: 'heard 1', sockets: 0},
	{file: 'really-exits', says: 'reallyExit 11', code: 11, sockets: 3},
	{file: 'ends-by-itself', says: 'beforeExit 0, round 3', code: 2, sockets: 9},
	{file: 'unref', says: 'open true', sockets: 3},
	...['connect', 'ready', 'data', 'end', 'close', 'microtask', 'immediate'].map(event => ({
		file: 'exits-in',
		args: [event],
		says: 'exit 5, exitCode 5, exiting true',
		code: 7,
		sockets: 2,
	})),
	{file: 'exits-in', args: ['throw'], says: 'exit 6', code: 7, sockets: 3},
];
