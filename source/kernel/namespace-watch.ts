import type {KernelWanted, NetworkInterface} from '../domain/kernel.ts';
import type {Notice} from '../domain/row.ts';
import {namespaceOf, openNamespace} from '../procfs/namespace.ts';
import {repeat} from '../shared/adaptive-poll.ts';
import {type Parsed, parsed} from '../shared/result.ts';
import {createShell, type Shell} from './child/shell.ts';
import {createCounters, noLimits, ownLimits} from './counters/counters.ts';
import {watchInterfaces} from './ip/interfaces.ts';
import {createRoutes, type Routes} from './ip/routes.ts';
import {howToGet, lossOfEntry, lossOfRight, lossOfSs, type Place} from './missing-tools.ts';
import type {DestroyedCounts, KernelEvents} from './poll/events.ts';
import {type OpenSource, startSources} from './poll/source-failover.ts';
import {type ForeignConnection, socketsOfConnections} from './portable/connections.ts';
import {readInterfacesElsewhere} from './portable/interfaces.ts';
import {openProcNet} from './procnet/source.ts';
import type {ShellCommand} from './ss/commands.ts';
import {type Destroyed, watchDestroyed} from './ss/events/destroyed-sockets.ts';
import {mptcpInUse} from './ss/mptcp.ts';
import {createTable} from './ss/snapshots.ts';
import {createSs, type Ss} from './ss/ss.ts';

/** One namespace that is being looked at. */
export type NamespaceWatch = {
	/** null where routes cannot be asked here. */
	routes: Routes | null;
	/** What was told of sockets that ended; null where nobody tells. */
	destroyed: () => DestroyedCounts | null;
	/** Reads what was told of sockets that ended to its end, at once. */
	readEnds: () => Promise<void>;
	close: () => Promise<void>;
};

/** ss of a namespace, which is told of sockets that end; nothing is read before it is used. */
export type StartedSs = {
	shell: Shell<ShellCommand>;
	ss: Ss;
	/** Settles when whatever ends from then on is told, or when that is not to be had. */
	listening: Promise<void>;
	destroyed: () => Destroyed | null;
	use: (events: KernelEvents) => void;
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
	/** ss that was started in the namespace beforehand; it is the watch's from now on. */
	startedSs?: StartedSs | null;
	/** The process has gone, or into another namespace, before its namespace was opened: nothing is looked at. */
	onMissed: () => void;
	say: (level: Notice['level'], message: string) => void;
};

/** macOS's netstat is a process of its own each time, and slow. */
const foreignIntervalMs = 2000;
/** What tells interfaces there is one process for each of them. */
const foreignInterfacesMs = 5000;

/** Looks with ss and ip, in the namespace itself, or at its files in /proc. */
export const watchLinux = (options: NamespaceWatchOptions): NamespaceWatch => {
	const {netns, pid, intervalMs, now, path, events, onRoutesStale, say} = options;
	const own = namespaceOf('self');
	const place: Place = {netns, pid: own.ok && own.value === netns ? 'self' : pid};
	const entry = openNamespace(netns, pid);
	let ss: StartedSs | null = null;
	/** The one that was started beforehand is used once: where it fails, another one follows. */
	const nextSs = (prefix: readonly string[]): StartedSs => {
		const next = (ss === null && options.startedSs) || startSs(options, prefix);
		ss = next;
		return next;
	};
	const lose = (view: string) => (reason: string, missing: string | null) =>
		say('warn', lossOfEntry(place, reason, missing) ?? howToGet(view, reason, missing));
	// Where there is no ip at all, one text says so for both.
	const loseInterfaces = (reason: string, missing: string | null) =>
		lose(missing === null ? 'the interface view' : 'the route view')(reason, missing);
	const within = entry.ok ? {prefix: entry.value.prefix, path, netns, now} : null;
	const interfaces =
		within && watchInterfaces({...within, onSeen: events.onInterfaces, onFailure: loseInterfaces});
	const routes =
		within &&
		createRoutes({
			...within,
			onStale: onRoutesStale,
			onChange: () => interfaces?.lookNow(),
			onFailure: lose('the route view'),
		});
	const end = startSources({
		intervalMs,
		openSs: () => (entry.ok ? parsed(openSs(options, nextSs(entry.value.prefix))) : entry),
		openProc: helper => openProc(options, place.pid === 'self' ? 'self' : (helper ?? pid)),
		onCounters: counters => events.onCounters(netns, now(), counters),
		onLoss: failure => say('warn', entry.ok ? lossOfSs(place, failure) : lossOfRight(place, failure.reason)),
		onEnd: reason => {
			say('warn', `no kernel view of network namespace ${netns}: ${reason}`);
			if (!entry.ok) options.onMissed();
		},
		say,
	});
	return {
		routes,
		destroyed: () => ss?.destroyed()?.counts ?? null,
		readEnds: async () => ss?.destroyed()?.readAll(),
		close: async () => {
			await Promise.all([end(), routes?.close(), interfaces?.close()]);
			if (entry.ok) entry.value.release();
		},
	};
};

/** Starts ss in a namespace. @param prefix leads into it; none for netwatch's own */
export const startSs = (
	{netns, path, wanted, now, say}: Pick<NamespaceWatchOptions, 'netns' | 'path' | 'wanted' | 'now' | 'say'>,
	prefix: readonly string[],
): StartedSs => {
	const shell = createShell<ShellCommand>({prefix, path});
	const ss = createSs(shell);
	let destroyed: Destroyed | null = null;
	let over = false;
	let events: KernelEvents | null = null;
	let begin = (): void => {};
	const begun = new Promise<void>(resolve => {
		begin = resolve;
	});
	const listening = ss.version().then(async answer => {
		if (over || !answer.ok) return;
		destroyed = watchDestroyed({
			...{netns, version: answer.version, prefix, path, now, begun},
			ports: () => wanted().infoPorts,
			events: {onPart: part => events?.onPart(part), onLookEnd: end => events?.onLookEnd(end)},
			say: (level, message) => void begun.then(() => say(level, message)),
		});
		await destroyed.listening();
	});
	return {
		shell,
		ss,
		listening,
		destroyed: () => destroyed,
		use: given => {
			events = given;
			begin();
		},
		close: async () => {
			over = true;
			await Promise.all([destroyed?.close(), shell.close()]);
		},
	};
};

const openSs = (
	{netns, readText, wanted, now, events, say}: NamespaceWatchOptions,
	started: StartedSs,
): OpenSource => {
	const {shell, ss} = started;
	let over = false;
	started.use(events);
	return {
		source: {
			...createTable(netns, {
				ss,
				wanted,
				mptcpInUse: async () =>
					mptcpInUse(await readText(`/proc/${shell.pid}/net/protocols`).catch(() => '')),
				now,
				events,
				onTrouble: reason => say('info', reason),
				isOver: () => over,
			}),
			counters: createCounters({shell, readText}),
		},
		pid: () => shell.pid,
		close: async () => {
			over = true;
			await started.close();
		},
	};
};

const openProc = async (
	{netns, readText, wanted, now, events}: NamespaceWatchOptions,
	pid: number | 'self',
): Promise<Parsed<OpenSource>> => {
	let over = false;
	const opened = await openProcNet(netns, pid, {
		...{now, wanted, events},
		limits: pid === 'self' ? ownLimits(readText) : async () => noLimits,
		isOver: () => over,
	});
	if (!opened.ok) return opened;
	return parsed({
		source: opened.value.source,
		pid: () => null,
		close: async () => {
			over = true;
			await opened.value.close();
		},
	});
};

/** Looks with systeminformation, where there is no ss: addresses and states only. */
export const watchForeign = (
	{netns, intervalMs, now, events, say}: NamespaceWatchOptions,
	readConnections: () => Promise<readonly ForeignConnection[]> = networkConnections,
	readInterfaces: () => Promise<readonly NetworkInterface[]> = readInterfacesElsewhere,
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
	const endInterfaces = repeat(
		async () => {
			const at = now();
			try {
				events.onInterfaces({netns, at, interfaces: await readInterfaces()});
				return now() - at;
			} catch (error) {
				say('warn', `the interface view is off: ${error instanceof Error ? error.message : error}`);
				return null;
			}
		},
		{intervalMs: foreignInterfacesMs, share: 7, longestPauseMs: 2000},
	);
	return {
		routes: null,
		destroyed: () => null,
		readEnds: async () => {},
		close: async () => {
			end();
			endInterfaces();
		},
	};
};

/** Loaded when first needed: Linux never needs it, and the start is short. */
const networkConnections = async (): Promise<readonly ForeignConnection[]> => {
	const {default: systeminformation} = await import('systeminformation');
	return systeminformation.networkConnections();
};
