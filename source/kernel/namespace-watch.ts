import type {KernelQuery, NetworkInterface} from '../domain/kernel.ts';
import type {RouteInputs} from '../domain/route.ts';
import type {Notice} from '../domain/row.ts';
import {openNamespace, readNamespace} from '../procfs/namespace.ts';
import {startAdaptivePoll} from '../shared/adaptive-poll.ts';
import {ok, type Result} from '../shared/result.ts';
import {createCountersReader, createLimitsReader, unknownLimits} from './counters/counters.ts';
import {watchInterfaces} from './ip/interfaces.ts';
import {createRoutes, type Routes} from './ip/routes.ts';
import {
	entryDeniedMessage,
	entryUnavailableMessage,
	type NamespaceTarget,
	ssUnavailableMessage,
	viewUnavailableMessage,
} from './missing-tools.ts';
import type {DestroyedCounts, KernelEvents} from './poll/events.ts';
import {type OpenSource, startSourceFailover} from './poll/source-failover.ts';
import {parseConnections, type SystemInfoConnection} from './portable/connections.ts';
import {readSystemInfoInterfaces} from './portable/interfaces.ts';
import {openProcNet} from './procnet/source.ts';
import {isMptcpInUse} from './ss/mptcp.ts';
import {createSsSnapshots} from './ss/snapshots.ts';
import {type StartedSs, startSs} from './ss/start.ts';

/** One watched namespace. */
export type NamespaceWatch = {
	/** null where routes cannot be queried. */
	routes: Routes | null;
	/** Counts of the reported destroyed sockets; null where the kernel's reports are not available. */
	destroyed: () => DestroyedCounts | null;
	/** Reads all pending reports of destroyed sockets at once. */
	readEnds: () => Promise<void>;
	close: () => Promise<void>;
};

export type NamespaceWatchOptions = {
	netns: string;
	pid: number;
	intervalMs: number;
	now: () => number;
	path: string;
	readText: (path: string) => Promise<string>;
	kernelQuery: () => KernelQuery;
	/** Nothing has changed for a while: fewer polls are enough. */
	isCalm?: () => boolean;
	events: KernelEvents;
	onRoutesStale: () => void;
	onRouteInputs?: (inputs: RouteInputs) => void;
	/** ss that was started in the namespace beforehand; the watch owns it from now on. */
	startedSs?: StartedSs | null;
	/** The process ended, or moved to another namespace, before its namespace was opened: there is no watch. */
	onNamespaceGone: () => void;
	notify: (level: Notice['level'], message: string) => void;
};

/** macOS's netstat is a new, slow process each time. */
const portableIntervalMs = 2000;
/** The interfaces of macOS need one process each. */
const portableInterfacesIntervalMs = 5000;

/** Watches a namespace with ss and ip inside of it, or by its files in /proc. */
export const watchLinux = (options: NamespaceWatchOptions): NamespaceWatch => {
	const {netns, pid, intervalMs, now, path, events, onRoutesStale, notify} = options;
	const ownNetns = readNamespace('self');
	const target: NamespaceTarget = {netns, pid: ownNetns.ok && ownNetns.value === netns ? 'self' : pid};
	const entry = openNamespace(netns, pid);
	let ss: StartedSs | null = null;
	/** The ss that was started beforehand is used once: after a failure, a new one is started. */
	const nextSs = (prefix: readonly string[]): StartedSs => {
		const next = (ss === null && options.startedSs) || startSs(options, prefix);
		ss = next;
		return next;
	};
	const reportUnavailable = (view: string) => (reason: string, missingTool: string | null) =>
		notify(
			'warn',
			entryUnavailableMessage(target, reason, missingTool) ??
				viewUnavailableMessage(view, reason, missingTool),
		);
	// Without any ip, one notice covers routes and interfaces.
	const reportInterfacesUnavailable = (reason: string, missingTool: string | null) =>
		reportUnavailable(missingTool === null ? 'the interface view' : 'the route view')(reason, missingTool);
	const childOptions = entry.ok ? {prefix: entry.value.prefix, path, netns, now} : null;
	const interfaces =
		childOptions &&
		watchInterfaces({
			...childOptions,
			onSnapshot: events.onInterfaces,
			onFailure: reportInterfacesUnavailable,
		});
	const routes =
		childOptions &&
		createRoutes({
			...childOptions,
			onStale: onRoutesStale,
			...(options.onRouteInputs && {onInputs: options.onRouteInputs}),
			onChange: () => interfaces?.pollNow(),
			onFailure: reportUnavailable('the route view'),
		});
	const stop = startSourceFailover({
		intervalMs,
		...(options.isCalm && {isCalm: options.isCalm}),
		openSs: () => (entry.ok ? ok(openSsSource(options, nextSs(entry.value.prefix))) : entry),
		openProc: childPid => openProcSource(options, target.pid === 'self' ? 'self' : (childPid ?? pid)),
		onCounters: counters => events.onCounters(netns, now(), counters),
		onFailover: failure =>
			notify(
				'warn',
				entry.ok ? ssUnavailableMessage(target, failure) : entryDeniedMessage(target, failure.reason),
			),
		onUnavailable: reason => {
			notify('warn', `no kernel view of network namespace ${netns}: ${reason}`);
			if (!entry.ok) options.onNamespaceGone();
		},
		notify,
	});
	return {
		routes,
		destroyed: () => ss?.destroyed()?.counts ?? null,
		readEnds: async () => ss?.destroyed()?.readAll(),
		close: async () => {
			await Promise.all([stop(), routes?.close(), interfaces?.close()]);
			if (entry.ok) entry.value.release();
		},
	};
};

const openSsSource = (
	{netns, readText, kernelQuery, now, events, notify}: NamespaceWatchOptions,
	started: StartedSs,
): OpenSource => {
	const {shell, ss} = started;
	let stopped = false;
	started.use({events, kernelQuery, notify});
	return {
		source: {
			...createSsSnapshots(netns, {
				ss,
				kernelQuery,
				isMptcpInUse: async () =>
					isMptcpInUse(await readText(`/proc/${shell.pid}/net/protocols`).catch(() => '')),
				now,
				events,
				onKindUnavailable: reason => notify('info', reason),
				isStopped: () => stopped,
			}),
			counters: createCountersReader({shell, readText}),
		},
		pid: () => shell.pid,
		close: async () => {
			stopped = true;
			await started.close();
		},
	};
};

const openProcSource = async (
	{netns, readText, kernelQuery, now, events}: NamespaceWatchOptions,
	pid: number | 'self',
): Promise<Result<OpenSource>> => {
	let stopped = false;
	const opened = await openProcNet(netns, pid, {
		now,
		kernelQuery,
		events,
		limits: pid === 'self' ? createLimitsReader(readText) : async () => unknownLimits,
		isStopped: () => stopped,
	});
	if (!opened.ok) return opened;
	return ok({
		source: opened.value.source,
		pid: () => null,
		close: async () => {
			stopped = true;
			await opened.value.close();
		},
	});
};

/** Watches with systeminformation, where there is no ss: addresses and states only. */
export const watchPortable = (
	{netns, intervalMs, now, events, notify}: NamespaceWatchOptions,
	readConnections: () => Promise<readonly SystemInfoConnection[]> = readSystemInfoConnections,
	readInterfaces: () => Promise<readonly NetworkInterface[]> = readSystemInfoInterfaces,
): NamespaceWatch => {
	notify('info', 'this platform has no ss: the kernel view shows addresses and states only, and no routes');
	const stop = startAdaptivePoll(
		async () => {
			const at = now();
			try {
				const {sockets, notUnderstood} = parseConnections(await readConnections());
				const tookMs = now() - at;
				events.onSnapshotPart({netns, kind: 'table', at, sockets});
				events.onSnapshotEnd({
					netns,
					kind: 'table',
					at,
					tookMs,
					socketCount: sockets.length,
					notUnderstood: {count: notUnderstood, samples: []},
					socketKinds: new Set(['tcp']),
				});
				return tookMs;
			} catch (error) {
				notify('warn', `the kernel view is off: ${error instanceof Error ? error.message : error}`);
				return null;
			}
		},
		{intervalMs: Math.max(intervalMs, portableIntervalMs), costFactor: 7, maxPauseMs: 2000},
	);
	const stopInterfaces = startAdaptivePoll(
		async () => {
			const at = now();
			try {
				events.onInterfaces({netns, at, interfaces: await readInterfaces()});
				return now() - at;
			} catch (error) {
				notify('warn', `the interface view is off: ${error instanceof Error ? error.message : error}`);
				return null;
			}
		},
		{intervalMs: portableInterfacesIntervalMs, costFactor: 7, maxPauseMs: 2000},
	);
	return {
		routes: null,
		destroyed: () => null,
		readEnds: async () => {},
		close: async () => {
			stop();
			stopInterfaces();
		},
	};
};

/** Loaded on first use: Linux never needs it, and the start stays short. */
const readSystemInfoConnections = async (): Promise<readonly SystemInfoConnection[]> => {
	const {default: systeminformation} = await import('systeminformation');
	return systeminformation.networkConnections();
};
