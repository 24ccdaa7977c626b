// Programs that end by what the network does to them: the text of the crash, to the byte.
import type {Pair} from '../../../helpers/process/paired-run.ts';

const ownFrame = {
	why: 'an event of the connecting phase is handed on by a function of the hook, which is one more frame',
	without: (text: string) => text.replace(/^ +at Socket\.emit \(.*\bhook-[^/]*\.cjs:\d+:\d+\)\n/m, ''),
};

const throwsIn = (of: string, more: Partial<Pair> = {}): Pair => ({
	file: 'throws-in',
	args: [of],
	says: `thrown in a listener of ${of}`,
	code: 1,
	...more,
});

/** Which of Node's loops emits an error after a timer hangs on whether another timer is due, and the hook has one. */
const withoutLoops = (text: string): string =>
	text.replaceAll(/^ +at (process\.)?(processTicksAndRejections|runNextTicks|processTimers) .*\n/gm, '');

/** OpenSSL writes the thread's number in front of its errors. */
const withoutThread = (text: string): string => text.replaceAll(/[0-9A-F]+:error:/g, 'THREAD:error:');

const unhandled = (of: string, says: Pair['says'], more: Partial<Pair> = {}): Pair => ({
	file: 'unhandled',
	args: [of],
	says,
	code: 1,
	...more,
});

/** A throw in a listener of each event. */
export const throws: readonly Pair[] = [
	...['connect', 'ready', 'data', 'readable', 'end', 'finish', 'close', 'error'].map(event =>
		throwsIn(`client ${event}`),
	),
	throwsIn('client lookup', {nodeArgs: ['--stack-trace-limit=50'], trace: ownFrame}),
	throwsIn('client connectionAttempt', {nodeArgs: ['--stack-trace-limit=50'], trace: ownFrame, since: 20}),
	...['data', 'end', 'drain', 'timeout', 'close', 'error', 'pause'].map(event =>
		throwsIn(`accepted ${event}`),
	),
	...['connection', 'listening', 'close'].map(event => throwsIn(`server ${event}`)),
	throwsIn('server error', {sockets: 0}),
	...['server connection', 'server request', 'request socket', 'request response', 'request finish'].map(
		event => throwsIn(`http ${event}`),
	),
	...['response finish', 'response close', 'incoming data', 'incoming end'].map(event =>
		throwsIn(`http ${event}`),
	),
	...['server upgrade', 'client upgrade'].map(event => throwsIn(`http ${event}`)),
	...['secureConnect', 'data', 'session', 'secureConnection', 'keylog'].map(event =>
		throwsIn(`tls ${event}`),
	),
	...['stream', 'session-connect'].map(event => throwsIn(`http2 ${event}`)),
];

/** A network error without a listener. */
export const errors: readonly Pair[] = [
	unhandled('refused twice', 'connect ECONNREFUSED 127.0.0.1:1'),
	unhandled('refused, own lookup', 'connect ECONNREFUSED 127.0.0.1:1'),
	unhandled('lookup fails', 'the resolver is gone'),
	unhandled('lookup gives nonsense', /ERR_INVALID_IP_ADDRESS|Invalid IP address/),
	unhandled('no such path', 'connect ENOENT /no/such/path'),
	unhandled('unreachable family', /EINVAL|EAFNOSUPPORT|ENETUNREACH/),
	unhandled('local address of another', 'EADDRNOTAVAIL'),
	unhandled('write before connect', 'ECONNREFUSED'),
	unhandled('write after end', /write after end|EPIPE|ended by the other party/),
	unhandled('write of nothing', 'ERR_STREAM_NULL_VALUES'),
	unhandled('write after destroy', 'ERR_STREAM_DESTROYED'),
	unhandled('destroyed with an error', 'enough of it'),
	unhandled('destroyed while connecting', 'changed its mind'),
	unhandled('broken pipe', /ECONNRESET|EPIPE/),
	unhandled('idle timeout', 'nothing came', {normal: withoutLoops}),
	unhandled('listen on a bad address', 'EADDRNOTAVAIL', {sockets: 0}),
	unhandled('listen on a bad name', /ENOTFOUND|EAI_AGAIN/, {sockets: 0}),
	unhandled('listen twice', 'ERR_SERVER_ALREADY_LISTEN'),
	unhandled('listen at no path', /EACCES|ENOENT/, {sockets: 0}),
	unhandled('http refused', 'ECONNREFUSED'),
	unhandled('http hangs up', 'socket hang up'),
	unhandled('http nonsense', 'HPE_INVALID'),
	unhandled('https refused', 'ECONNREFUSED'),
	unhandled('http2 refused', 'ECONNREFUSED'),
	unhandled('tls refused', 'ECONNREFUSED'),
	unhandled('tls self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
	unhandled('tls wrong name', 'ERR_TLS_CERT_ALTNAME_INVALID'),
	unhandled('https self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
	unhandled('tls to a plain server', /wrong version number|packet length too long/i, {normal: withoutThread}),
	unhandled('udp send', /ENOTFOUND|EAI_AGAIN/, {sockets: 0}),
	unhandled('dns lookup', /ENOTFOUND|EAI_AGAIN/, {sockets: 0}),
	unhandled('rejected once', 'ECONNREFUSED'),
	unhandled('rejected pipeline', 'ECONNREFUSED'),
	unhandled('rejected fetch', 'fetch failed', {sockets: 0}),
	unhandled('rejected iteration', 'ECONNREFUSED'),
];

const deep = (...nodeArgs: string[]): Pair => ({
	file: 'deep-async-stack',
	nodeArgs,
	says: 'wrapped',
	code: 1,
});

/** Stack traces: their limits, their call sites, their maps, other handlers of an exception. */
export const stacks: readonly Pair[] = [
	deep(),
	deep('--stack-trace-limit=0'),
	deep('--stack-trace-limit=3'),
	deep('--stack-trace-limit=1000'),
	deep('--no-async-stack-traces'),
	deep('--trace-uncaught'),
	...['0', '1', 'Infinity', 'NaN'].map(limit => ({
		file: 'stack-limits',
		args: [limit],
		says: 'ECONNREFUSED',
		code: 1,
		sockets: 10,
	})),
	{file: 'call-sites', says: 'Socket.emit@node:events', sockets: 4},
	{file: 'source-mapped', says: 'thrown where the map points to', code: 1, sockets: 2},
	{
		file: 'source-mapped',
		nodeArgs: ['--enable-source-maps'],
		says: /original-of-source-mapped\.ts:\d+/,
		code: 1,
		sockets: 2,
	},
	{file: 'domains', says: 'thrown in data: thrown in a data listener', sockets: 5},
	{file: 'domains', nodeArgs: ['--trace-uncaught'], says: 'member: destroyed as a member', sockets: 5},
	{file: 'uncaught-monitor', says: 'captured: Error: thrown in a connect listener', code: 1, sockets: 3},
	{file: 'capture-rejections', says: 'accepted: rejected in a data listener', sockets: 4},
	...(['strict', 'throw', 'warn', 'none', 'warn-with-error-code'] as const).map(mode => ({
		file: 'rejects',
		nodeArgs: [`--unhandled-rejections=${mode}`],
		says: 'exit',
		code: mode === 'warn' || mode === 'none' ? 0 : 1,
	})),
];
