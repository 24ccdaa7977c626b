import {readFile} from 'node:fs/promises';
import type {KernelQuery} from '../domain/kernel.ts';
import type {RouteFlow, RouteInputs} from '../domain/route.ts';
import type {Notice, RouteView} from '../domain/row.ts';
import {childSearchPath} from './child/child.ts';
import {type NamespaceWatch, watchLinux, watchPortable} from './namespace-watch.ts';
import type {DestroyedCounts, KernelEvents} from './poll/events.ts';
import type {PreparedSs} from './prepare.ts';
import type {StartedSs} from './ss/start.ts';

/** The kernel's side: snapshots of each watched namespace, and routes. */
export type KernelReader = {
	/**
	 * Starts watching a namespace; does nothing where it is watched already.
	 *
	 * @param netns its number, as in `/proc/PID/ns/net`; any name where the platform has none
	 * @param pid a process in it
	 */
	watchNamespace: (netns: string, pid: number) => void;
	/** Stops watching, and frees the namespace's slot. */
	unwatchNamespace: (netns: string) => Promise<void>;
	/**
	 * Stops watching the namespaces that have been unused for a minute, during which closed sockets may linger;
	 * if another namespace waits for a slot, the longest unused one goes after some seconds. To be called about
	 * once a second.
	 *
	 * @param inUse namespaces of the watched processes
	 * @returns the namespaces that are no longer watched
	 */
	expireNamespaces: (inUse: ReadonlySet<string>) => string[];
	/**
	 * The route to an address from a watched namespace, from the cache or by a query to the kernel (about 1.3
	 * ms).
	 *
	 * @param device the device that the socket is bound to
	 * @param source the socket's local address
	 * @param flow protocol and ports, where policy rules read them
	 * @returns null where there is no route view: the namespace is not watched, ip is missing, or the text is
	 * not an address
	 */
	lookupRoute: (
		netns: string,
		address: string,
		device?: string | null,
		source?: string | null,
		flow?: RouteFlow | null,
	) => Promise<RouteView | null>;
	/** Counts of destroyed sockets, reported and lost; null where the kernel's reports are not available. */
	destroyed: (netns: string) => Readonly<DestroyedCounts> | null;
	/** Reads all pending reports of destroyed sockets at once. */
	readEnds: () => Promise<void>;
	/** Ends all child processes. Resolves when they are gone. */
	close: () => Promise<void>;
};

export type KernelReaderOptions = KernelEvents & {
	/** The kernel query of a namespace's rows, read before each poll. */
	kernelQuery: (netns: string) => KernelQuery;
	/** Nothing has changed for a while: fewer polls are enough. Default: never. */
	isCalm?: () => boolean;
	/** Called once for each text. */
	onNotice: (notice: Notice) => void;
	/** Called when routes of a namespace have changed: earlier results should be queried again. */
	onRoutesStale?: (netns: string) => void;
	/** Called when something else than before decides about a namespace's routes, beside their destinations. */
	onRouteInputs?: (netns: string, inputs: RouteInputs) => void;
	/** Least time between the starts of two polls, in ms. */
	intervalMs?: number;
	/** ss that was started beforehand; it is used for the first watched namespace, and ends if that is another one. */
	prepared?: PreparedSs | null;
	/** Current time in ms since the epoch, with fractions. */
	now: () => number;
	/** Searched for ss, ip and nsenter before the system's own directories. */
	path?: string;
	platform?: string;
};

const maxNamespaces = 8;
const namespaceExpiryMs = 60_000;
/** Used where no slot is free: the namespaces of running processes are renewed every second. */
const evictAfterMs = 5000;

/**
 * Watches up to eight network namespaces. A missing tool or right is reported once through `onNotice`, with
 * its remedy; the rest goes on.
 */
export const createKernelReader = (options: KernelReaderOptions): KernelReader => {
	const {kernelQuery, onNotice, onRoutesStale, intervalMs = 1000, now, platform = process.platform} = options;
	const watches = new Map<string, NamespaceWatch>();
	const lastUsedAt = new Map<string, number>();
	const reportedMessages = new Set<string>();
	let closed = false;
	let prepared = options.prepared ?? null;
	/** Pending end of an ss that was prepared for a namespace that is not watched. */
	let preparedClosing: Promise<void> | null = null;
	/** A namespace found no free slot. */
	let hasWaitingNamespace = false;

	const notify = (level: Notice['level'], message: string): void => {
		if (closed || reportedMessages.has(message) || reportedMessages.size >= 100) return;
		reportedMessages.add(message);
		onNotice({at: now(), level, source: 'kernel', message});
	};

	const unwatch = async (netns: string): Promise<void> => {
		const watch = watches.get(netns);
		watches.delete(netns);
		lastUsedAt.delete(netns);
		await watch?.close();
	};

	const path = options.path ?? childSearchPath(process.env.PATH);

	/** Hands out the prepared ss once: to its namespace, or to be closed. */
	const takePrepared = (netns: string | null): StartedSs | null => {
		const taken = prepared;
		prepared = null;
		if (taken === null || taken.netns === netns) return taken;
		preparedClosing = taken.close();
		return null;
	};

	return {
		watchNamespace: (netns, pid) => {
			if (watches.has(netns)) lastUsedAt.set(netns, now());
			if (closed || watches.has(netns)) return;
			if (watches.size >= maxNamespaces) {
				hasWaitingNamespace = true;
				notify(
					'warn',
					`${maxNamespaces} network namespaces are watched and no more: what runs in another has no kernel view`,
				);
				return;
			}
			const isCurrent = (): boolean => !closed && watches.get(netns) === watch;
			const watch = (platform === 'linux' ? watchLinux : watchPortable)({
				netns,
				pid,
				intervalMs,
				now,
				notify,
				path,
				startedSs: takePrepared(netns),
				readText: path => readFile(path, 'latin1'),
				kernelQuery: () => kernelQuery(netns),
				...(options.isCalm && {isCalm: options.isCalm}),
				events: {
					onSnapshotPart: part => isCurrent() && options.onSnapshotPart(part),
					onSnapshotEnd: end => isCurrent() && options.onSnapshotEnd(end),
					onCounters: (...args) => isCurrent() && options.onCounters(...args),
					onInterfaces: snapshot => isCurrent() && options.onInterfaces(snapshot),
				},
				onRoutesStale: () => onRoutesStale?.(netns),
				onRouteInputs: inputs => isCurrent() && options.onRouteInputs?.(netns, inputs),
				// Another process may keep the namespace alive.
				onNamespaceGone: () => isCurrent() && void unwatch(netns),
			});
			watches.set(netns, watch);
			lastUsedAt.set(netns, now());
		},
		unwatchNamespace: unwatch,
		expireNamespaces: inUse => {
			for (const netns of inUse) if (watches.has(netns)) lastUsedAt.set(netns, now());
			const unusedMs = (netns: string): number => now() - (lastUsedAt.get(netns) ?? 0);
			const expired = [...watches.keys()].filter(netns => unusedMs(netns) > namespaceExpiryMs);
			if (hasWaitingNamespace && expired.length === 0) {
				const [longestUnused] = [...watches.keys()].toSorted((one, other) => unusedMs(other) - unusedMs(one));
				if (longestUnused !== undefined && unusedMs(longestUnused) > evictAfterMs)
					expired.push(longestUnused);
			}
			hasWaitingNamespace = false;
			for (const netns of expired) void unwatch(netns);
			return expired;
		},
		lookupRoute: async (netns, ...query) => (await watches.get(netns)?.routes?.lookup(...query)) ?? null,
		destroyed: netns => watches.get(netns)?.destroyed() ?? null,
		readEnds: async () => {
			await Promise.all(Array.from(watches.values(), watch => watch.readEnds()));
		},
		close: async () => {
			closed = true;
			takePrepared(null);
			const closing = [...watches.values()];
			watches.clear();
			await Promise.all([preparedClosing, ...closing.map(watch => watch.close())]);
		},
	};
};
