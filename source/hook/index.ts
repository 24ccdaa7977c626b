/**
 * The hook: loaded into every Node process below the command by `--require`. It looks and reports, and must not be
 * noticed: no listener, no output, no handle, no frame in a stack trace, no exception.
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
		// At once: what failed may be what would have sent it.
		channel.flush();
	});
	const context = createContext(channel);
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

	// A thread that is terminated says no word: netwatch sees it go.
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
	watchStreams();
	const {finish} = startTicking(context);
	if (interceptsEmit) watchExit(channel, finish);
	for (const name of missing) {
		const message = `no net.Socket.prototype.${name} in ${process.version}: some sockets are not seen`;
		channel.write({type: 'notice', at: now(), level: 'warn', message});
	}
}

/** Node warns of each synchronous call after the first turn of the event loop, and all that the hook does is such. */
const tracesSyncIo = (): boolean =>
	[...process.execArgv, process.env.NODE_OPTIONS].some(words => /--trace[-_]sync[-_]io/.test(words ?? ''));

/** The threads that Node starts for its own module loaders run no program: they have nobody to talk to. */
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
	// Loaded twice, it finds the method that it has wrapped: Node's own is inherited.
	if (path && isWatched && !Object.hasOwn(net.Socket.prototype, '_undestroy') && !isLoaderThread())
		install(path);

	// The program must not find a module that it did not load.
	delete require.cache[__filename];
} catch {
	// Whatever it was: the program runs as if we were not there.
}
