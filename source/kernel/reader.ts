import {readFile} from 'node:fs/promises';
import type {KernelQuery} from '../domain/kernel.ts';
import type {Notice, RouteView} from '../domain/row.ts';
import {readNamespace} from '../procfs/namespace.ts';
import {childSearchPath} from './child/child.ts';
import {type NamespaceWatch, type StartedSs, startSs, watchLinux, watchPortable} from './namespace-watch.ts';
import type {DestroyedCounts, KernelEvents} from './poll/events.ts';

/** What cli.tsx has of the kernel: looks at each watched namespace, and routes. */
export type KernelReader = {
	/**
	 * Starts ss in netwatch's own namespace, so that the sockets of a command are told of that end before the first look.
	 * It is for the first namespace that is watched then; where that is another one, it ends.
	 *
	 * @returns Settles when whatever ends from then on is told: at once where that is not to be had, and in any case
	 * within `prepareMs`.
	 */
	prepare: () => Promise<void>;
	/**
	 * Begins to look at a namespace; nothing happens where it is looked at already.
	 *
	 * @param netns Its number, as `/proc/PID/ns/net` tells; any name where the platform has none.
	 * @param pid A process in it.
	 */
	watchNamespace: (netns: string, pid: number) => void;
	/** Looks no more, and gives its place free. */
	unwatchNamespace: (netns: string) => Promise<void>;
	/**
	 * Gives the places of those free that have not been in use for a minute, in which closed sockets may linger; of the
	 * one that was longest not in use, after some seconds, where another namespace waits. To be called about once a second.
	 *
	 * @param inUse Namespaces that some watched process is in.
	 * @returns Those that are no longer looked at.
	 */
	expireNamespaces: (inUse: ReadonlySet<string>) => string[];
	/** The route as far as it is known now, without asking: undefined where it is not. */
	cachedRoute: (
		netns: string,
		address: string,
		device?: string | null,
		source?: string | null,
	) => RouteView | undefined;
	/**
	 * The route to an address from a watched namespace: from memory, or by asking the kernel (about 1.3 ms).
	 *
	 * @param device The device that the socket is bound to.
	 * @param source The address that it sends from.
	 * @returns null where nobody can tell: the namespace is not watched, no ip, not an address.
	 */
	lookupRoute: (
		netns: string,
		address: string,
		device?: string | null,
		source?: string | null,
	) => Promise<RouteView | null>;
	/** What was told of sockets that ended, and how much was not; null where nobody tells. */
	destroyed: (netns: string) => Readonly<DestroyedCounts> | null;
	/** Reads what was told of sockets that ended to its end, at once. */
	readEnds: () => Promise<void>;
	/** Ends all helpers. Resolves when they are gone. */
	close: () => Promise<void>;
};

export type KernelReaderOptions = KernelEvents & {
	/** What the rows of a namespace want to know, asked before each look. */
	kernelQuery: (netns: string) => KernelQuery;
	/** Each text is said once. */
	onNotice: (notice: Notice) => void;
	/** Routes of a namespace have changed: what was told before should be asked for again. */
	onRoutesStale?: (netns: string) => void;
	/** Least time between the beginnings of two looks, in ms. */
	intervalMs?: number;
	/** How long `prepare` takes at most, in ms: a second where it is not given. */
	prepareMs?: number;
	/** Milliseconds since the epoch, with fractions. */
	now: () => number;
	/** Where ss, ip and nsenter are looked for, before the system's own directories. */
	path?: string;
	platform?: string;
};

const maxNamespaces = 8;
/** On a machine at rest ss listens after a small part of it; on a busy one everything else takes longer, too. */
const prepareForMs = 1000;
const namespaceExpiryMs = 60_000;
/** Where there is no place for another one: processes that run are looked at every second. */
const evictAfterMs = 5000;

/**
 * Watches up to eight network namespaces. What cannot be had (ss, ip, rights) is said once through `onNotice`, with
 * what to do about it; the rest goes on.
 */
export const createKernelReader = (options: KernelReaderOptions): KernelReader => {
	const {kernelQuery, onNotice, onRoutesStale, intervalMs = 1000, now, platform = process.platform} = options;
	const {prepareMs = prepareForMs} = options;
	const watches = new Map<string, NamespaceWatch>();
	const lastUsedAt = new Map<string, number>();
	const reportedMessages = new Set<string>();
	let closed = false;
	let prepared: (StartedSs & {netns: string}) | null = null;
	/** One that was prepared for a namespace that is not watched. */
	let leaving: Promise<void> | null = null;
	/** A namespace found no place. */
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

	/** Gives out what was prepared, once: for its namespace, or to be ended. */
	const takePrepared = (netns: string | null): StartedSs | null => {
		const taken = prepared;
		prepared = null;
		if (taken === null || taken.netns === netns) return taken;
		leaving = taken.close();
		return null;
	};

	return {
		prepare: async () => {
			const own = readNamespace('self');
			if (platform !== 'linux' || !own.ok || closed || prepared !== null) return;
			const netns = own.value;
			const started = startSs({netns, path, kernelQuery: () => kernelQuery(netns), now, notify}, []);
			prepared = {...started, netns};
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<void>(resolve => {
				timer = setTimeout(resolve, prepareMs);
			});
			await Promise.race([started.listening, late]);
			clearTimeout(timer);
			// What has ended by now was nobody's that is watched.
			started.destroyed()?.discard();
		},
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
				events: {
					onSnapshotPart: part => isCurrent() && options.onSnapshotPart(part),
					onSnapshotEnd: end => isCurrent() && options.onSnapshotEnd(end),
					onCounters: (...seen) => isCurrent() && options.onCounters(...seen),
					onInterfaces: seen => isCurrent() && options.onInterfaces(seen),
				},
				onRoutesStale: () => onRoutesStale?.(netns),
				// Another process of the namespace may stay for longer.
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
		cachedRoute: (netns, ...query) => watches.get(netns)?.routes?.cached(...query),
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
			await Promise.all([leaving, ...closing.map(watch => watch.close())]);
		},
	};
};
