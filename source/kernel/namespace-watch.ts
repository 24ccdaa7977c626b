import type {KernelWanted} from '../model/kernel-types.ts';
import type {Notice} from '../model/types.ts';
import {createCounters} from './counters.ts';
import {type ForeignConnection, socketsOfConnections} from './fallback.ts';
import type {LookSource} from './look.ts';
import {startLooks} from './looks.ts';
import {mptcpInUse} from './mptcp.ts';
import {openNamespace} from './namespace.ts';
import {repeat} from './pace.ts';
import type {KernelEvents} from './reader.ts';
import {createRoutes, type Routes} from './routes.ts';
import {createShell} from './shell.ts';
import {createSs} from './ss.ts';
import type {ShellCommand} from './ss-commands.ts';
import {createTable} from './table.ts';

/** One namespace that is being looked at. */
export type NamespaceWatch = {
	/** null where routes cannot be asked here. */
	routes: Routes | null;
	close: () => Promise<void>;
};

export type NamespaceWatchOptions = {
	netns: string;
	pid: number;
	intervalMs: number;
	now: () => number;
	path: string;
	readText: (path: string) => Promise<string>;
	wanted: () => KernelWanted;
	events: KernelEvents;
	onRoutesStale: () => void;
	say: (level: Notice['level'], message: string) => void;
};

/** macOS's netstat is a process of its own each time, and slow. */
const foreignIntervalMs = 2000;

/** Looks with ss and ip, in the namespace itself. */
export const watchLinux = (options: NamespaceWatchOptions): NamespaceWatch => {
	const {netns, pid, intervalMs, now, path, readText, wanted, events, onRoutesStale, say} = options;
	const entry = openNamespace(netns, pid);
	if (!entry.ok) {
		say('warn', `no kernel view of network namespace ${netns}: ${entry.reason}`);
		return {routes: null, close: async () => {}};
	}
	const {prefix, release} = entry.value;
	const shell = createShell<ShellCommand>({prefix, path});
	let over = false;
	const source: LookSource = {
		...createTable(netns, {
			ss: createSs(shell),
			wanted,
			hasMptcp: async () => mptcpInUse(await readText(`/proc/${shell.pid}/net/protocols`).catch(() => '')),
			now,
			events,
			onTrouble: reason => say('info', reason),
			isOver: () => over,
		}),
		counters: createCounters({shell, readText}),
	};
	const routes = createRoutes({
		prefix,
		path,
		now,
		onStale: onRoutesStale,
		onFailure: (reason, missing) => say('warn', howToGet('the route view', reason, missing)),
	});
	const endLooks = startLooks(source, {
		intervalMs,
		onCounters: counters => events.onCounters(netns, now(), counters),
		onFailure: ({reason, missing, final}) =>
			say(
				'warn',
				final ? howToGet('the kernel view', reason, missing) : `a look at the kernel failed: ${reason}`,
			),
	});
	return {
		routes,
		close: async () => {
			over = true;
			endLooks();
			await Promise.all([shell.close(), routes.close()]);
			release();
		},
	};
};

/** Looks with systeminformation, where there is no ss: addresses and states only. */
export const watchForeign = (
	{netns, intervalMs, now, events, say}: NamespaceWatchOptions,
	readConnections: () => Promise<readonly ForeignConnection[]> = networkConnections,
): NamespaceWatch => {
	say('info', 'this platform has no ss: the kernel view tells addresses and states only, and no routes');
	const end = repeat(
		async () => {
			const at = now();
			try {
				const {sockets, notUnderstood} = socketsOfConnections(await readConnections());
				const tookMs = now() - at;
				events.onPart({netns, look: 'table', at, sockets});
				events.onLookEnd({
					netns,
					look: 'table',
					at,
					tookMs,
					sockets: sockets.length,
					notUnderstood: {count: notUnderstood, samples: []},
					kinds: new Set(['tcp']),
				});
				return tookMs;
			} catch (error) {
				say('warn', `the kernel view is off: ${error instanceof Error ? error.message : error}`);
				return null;
			}
		},
		{intervalMs: Math.max(intervalMs, foreignIntervalMs), share: 7, longestPauseMs: 2000},
	);
	return {routes: null, close: async () => end()};
};

/** Loaded when first needed: Linux never needs it, and the start is short. */
const networkConnections = async (): Promise<readonly ForeignConnection[]> => {
	const {default: systeminformation} = await import('systeminformation');
	return systeminformation.networkConnections();
};

/** Which Debian package brings what may be missing. */
const packages: Readonly<Record<string, string>> = {ss: 'iproute2', ip: 'iproute2', nsenter: 'util-linux'};

const howToGet = (view: string, reason: string, missing: string | null): string => {
	const name = missing === null ? undefined : packages[missing];
	if (name === undefined) {
		const advice = reason.includes('Operation not permitted') ? '; run netwatch as root' : '';
		return `${view} is off: ${reason}${advice}`;
	}
	return `${missing} not found: install ${name} (Debian: apt-get install ${name}); ${view} is off`;
};
