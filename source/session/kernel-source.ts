/** The kernel as a source: snapshots, counters and interfaces of each namespace with a watched process. */
import type {Owners} from '../domain/events.ts';
import type {Clock} from '../intake/clock.ts';
import {unknownPid} from '../intake/hook-threads.ts';
import type {PreparedSs} from '../kernel/prepare.ts';
import {createKernelReader, type KernelReader} from '../kernel/reader.ts';
import {hasUnknownHolder} from '../model/diagnosis/evidence/address-holders.ts';
import type {Model} from '../model/model.ts';
import {readNamespace} from '../procfs/namespace.ts';
import {delay} from '../shared/delay.ts';
import {createKernelInodes, type InodeKind} from './kernel-inodes.ts';
import {type SocketOwners, watchSocketOwners} from './socket-owners.ts';
import type {Emit, Source} from './source.ts';
import type {Target} from './target.ts';

export type KernelSourceOptions = {
	model: Model;
	clock: Clock;
	/** Least time between two snapshots of a namespace, in ms. */
	intervalMs: number;
	/** ss that was started beforehand; the source owns it from now on. */
	preparedSs: PreparedSs | null;
	/** Whether a hook reports this process's sockets. */
	hasHook(pid: number): boolean;
	/** Whether the hook of each thread of this process has sent a frame since then. */
	allHeardSince(pid: number, at: number): boolean;
	/** Sockets, by inode, of watched processes that no hook reports. */
	watchedOwners(): Owners;
	/** The table of UDP sockets is needed beside the rows' own. */
	needsUdp(): boolean;
	onRoutesStale(netns: string): void;
};

export type KernelSource = Source & {
	readonly reader: KernelReader;
	/** Kind of the socket with this inode in the newest snapshot; null for none. */
	socketKind(inode: number): InodeKind | null;
};

const expiryCheckMs = 1000;
/** Without a change of a row for this long, and while each hook is heard once a second, the kernel is asked less often. */
const calmAfterMs = 3000;
const hookSilenceMs = 2000;
/** How long the end waits for the owner of a port whose bind failed with EADDRINUSE, in ms. */
const ownerWaitMs = 3000;
const ownerCheckMs = 20;

/** @param emitEarly takes notices from before the start */
export function createKernelSource(options: KernelSourceOptions, emitEarly: Emit): KernelSource {
	const {model, clock, watchedOwners} = options;
	const inodes = createKernelInodes();
	let emit = emitEarly;
	let socketOwners: SocketOwners | null = null;
	let expiryTimer: NodeJS.Timeout | undefined;
	const owners = (): Owners => socketOwners?.mergedWith(watchedOwners()) ?? watchedOwners();

	let rowChangeCount = 0;
	let rowsChangedAt = clock.now();

	/** A process that is not heard may be blocked: then the kernel alone shows what comes. */
	function isCalm(): boolean {
		const now = clock.now();
		if (model.rowChangeCount !== rowChangeCount) {
			rowChangeCount = model.rowChangeCount;
			rowsChangedAt = now;
		}

		if (now - rowsChangedAt < calmAfterMs) return false;
		return model.processes.every(
			({state, pid}) =>
				state !== 'unhooked' && (state !== 'running' || options.allHeardSince(pid, now - hookSilenceMs)),
		);
	}

	const reader = createKernelReader({
		now: clock.now,
		isCalm,
		intervalMs: options.intervalMs,
		prepared: options.preparedSs,
		onNotice: notice => emit({type: 'notice', ...notice}),
		kernelQuery(netns) {
			const query = model.kernelQuery(netns);
			return options.needsUdp() ? {...query, udp: true} : query;
		},
		onSnapshotPart(part) {
			inodes.addPart(part);
			emit({type: 'kernel', at: part.at, part, owners: owners()});
		},
		onSnapshotEnd(end) {
			inodes.endSnapshot(end);
			emit({type: 'kernel-end', at: end.at, end, owners: owners()});
		},
		onCounters: (netns, at, counters) => emit({type: 'counters', at, netns, counters}),
		onRouteInputs: (netns, inputs) => emit({type: 'route-inputs', at: clock.now(), netns, inputs}),
		onInterfaces: snapshot => emit({type: 'interfaces', ...snapshot}),
		onRoutesStale: options.onRoutesStale,
	});

	/** After the target's exit its final state stays. */
	function releaseNamespaces(): void {
		if (model.session.ended !== null) return;
		const inUse = new Set<string>();
		for (const {state, netns} of model.processes) {
			if (netns !== null && (state === 'running' || state === 'unhooked')) inUse.add(netns);
		}

		for (const netns of reader.expireNamespaces(inUse)) {
			inodes.forgetNamespace(netns);
			emit({type: 'unwatched', at: clock.now(), netns});
		}
	}

	return {
		reader,
		socketKind: inodes.kindOf,
		start(emitInput, target) {
			emit = emitInput;
			socketOwners = watchSocketOwners({
				clock,
				urgency: () => (model.showsAll ? 'often' : model.hasUnidentifiedListeners ? 'rarely' : null),
				isWatched: options.hasHook,
			});
			if (target !== null) watchTargetNamespace(reader, target);
			expiryTimer = setInterval(releaseNamespaces, expiryCheckMs);
		},
		onInput(input) {
			if (input.type === 'process' && 'netns' in input && input.netns !== null && input.pid !== unknownPid)
				reader.watchNamespace(input.netns, input.pid);
		},
		async drain() {
			await reader.readEnds();
			// A command that exits on EADDRINUSE exits before a snapshot can show the port's owner.
			const begun = clock.now();
			while (hasUnknownHolder(model.rows) && clock.now() - begun < ownerWaitMs) await delay(ownerCheckMs);
		},
		async close() {
			clearInterval(expiryTimer);
			socketOwners?.close();
			await reader.close();
		},
	};
}

/** Watches the target's namespace: for a command that has already exited, netwatch's own. */
function watchTargetNamespace(reader: KernelReader, {pid}: Target): void {
	const namespace = readNamespace(pid);
	const netns = namespace.ok ? namespace : readNamespace('self');
	if (netns.ok) reader.watchNamespace(netns.value, pid);
}
