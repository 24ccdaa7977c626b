/**
 * The hook: loaded into every Node process below the command by `--require`. It only reads and reports, and
 * leaves no trace in the program: no listener, no output, no handle, no frame in a stack trace, no exception.
 */

import {watchRequests} from './http/http1.ts';
import {watchStreams} from './http/http2.ts';
import {watchUndici} from './http/undici.ts';
import {watchExit} from './lifecycle/exit.ts';
import {startTicking} from './lifecycle/tick.ts';
import {watchServers} from './net/servers.ts';
import {watchSockets} from './net/sockets.ts';
import {watchUdp} from './net/udp.ts';
import {setFailureReporter} from './runtime/guard.ts';
import {interceptsEmit, isWatched} from './runtime/options.ts';
import {isInternalThread, isMainThread, net, now, parentPort, readlinkSync} from './runtime/primordials.ts';
import {openChannel} from './state/channel.ts';
import {createContext} from './state/context.ts';

function install(path: string): void {
	const channel = openChannel(path);
	if (channel === null) return;
	setFailureReporter(message => {
		channel.write({type: 'notice', at: now(), level: 'error', message});
		// Flushed at once: the timer that sends may be the part that failed.
		channel.flush();
	});
	const context = createContext(channel);
	channel.write({type: 'namespace', at: now(), pidns: numberInLink('/proc/self/ns/pid', /\d+/)});
	channel.write({
		type: 'hello',
		at: now(),
		node: process.version,
		ppid: process.ppid,
		netns: numberInLink('/proc/self/ns/net', /\d+/),
		title: process.title,
		argv: process.argv,
		execArgv: process.execArgv,
	});
	if (tracesSyncIo()) {
		const message = 'with --trace-sync-io Node would warn of each look: no socket is seen';
		channel.write({type: 'notice', at: now(), level: 'warn', message});
		channel.flushAtExit(0);
		return;
	}

	// A terminated thread sends no last record: netwatch sees the thread id disappear.
	if (!isMainThread) {
		const tid = Number(numberInLink('/proc/thread-self', /\d+$/)) || null;
		channel.write({type: 'thread', at: now(), tid});
	}

	channel.flush();
	if (channel.dead) return;

	const missing = watchSockets(context);
	watchServers(context);
	watchUdp(context);
	watchRequests(context);
	watchUndici();
	watchStreams(context);
	const {finish} = startTicking(context);
	if (interceptsEmit) watchExit(channel, finish);
	for (const name of missing) {
		const message = `no net.Socket.prototype.${name} in ${process.version}: some sockets are not seen`;
		channel.write({type: 'notice', at: now(), level: 'warn', message});
	}
}

/**
 * `--trace-sync-io` warns of each synchronous call after the first turn of the event loop, and every call of
 * the hook is synchronous.
 */
const tracesSyncIo = (): boolean =>
	[...process.execArgv, process.env.NODE_OPTIONS].some(words => /--trace[-_]sync[-_]io/.test(words ?? ''));

/** The threads that Node starts for its own module loaders run no code of the program. */
const isLoaderThread = (): boolean => !isMainThread && (parentPort === null || isInternalThread);

/** "net:[4026531840]" → "4026531840"; "4711/task/4718" → "4718" */
function numberInLink(link: string, pattern: RegExp): string | null {
	try {
		return pattern.exec(readlinkSync(link))?.[0] ?? null;
	} catch {
		return null;
	}
}

try {
	const path = process.env.NETWATCH_FIFO;
	// A second load finds the wrapped method as an own property: Node's own is inherited.
	if (path && isWatched && !Object.hasOwn(net.Socket.prototype, '_undestroy') && !isLoaderThread())
		install(path);

	// The hook's module must not appear in the program's `require.cache`.
	delete require.cache[__filename];
} catch {
	// On any failure the program runs as if the hook were not there.
}
