/** Snapshots in progress, and the sizes of finished ones. */

import type {Owners} from '../../domain/events.ts';
import type {KernelSocket, SnapshotKind, SnapshotPart} from '../../domain/kernel.ts';
import type {MergeContext} from './merge-kernel-view.ts';

export type PendingSnapshot = MergeContext & {
	netns: string;
	/** Processes that hold a socket but have no hook, by inode. */
	owners: Owners;
	/** Sockets that may match a row by tuple or address: decided at the end of the snapshot. */
	deferred: KernelSocket[];
	/** Unix sockets, by inode: null where several have the same. */
	unixByInode: Map<number, KernelSocket | null>;
	/** Set once a socket has an inode. */
	hasInodes: boolean;
	sockets: number;
	/** Sockets that did not fit the table. */
	notShown: number;
};

type SnapshotKey = Pick<SnapshotPart, 'netns' | 'kind' | 'at'>;

export type PendingSnapshots = {
	/**
	 * The snapshot of a part: a part with another start time begins a new one, even if the former is unfinished.
	 */
	of(key: SnapshotKey, owners: Owners): PendingSnapshot;
	/** Ends a snapshot after its last part: its size is unknown until it is recorded. */
	end(key: SnapshotKey, owners: Owners): PendingSnapshot;
	recordSize(snapshot: PendingSnapshot): void;
	dropNamespace(netns: string): void;
	/** Sockets of the newest finished snapshots that did not fit the table. */
	readonly notShown: number;
};

const snapshotKinds: readonly SnapshotKind[] = ['table', 'listeners', 'info', 'time-wait'];
/** Smaller tables are merged in full each time. */
const fullMergeLimit = 4000;

export function createPendingSnapshots(): PendingSnapshots {
	const pending = new Map<string, PendingSnapshot>();
	/** Sizes of the newest finished snapshots. */
	const lastSizes = new Map<string, {sockets: number; notShown: number}>();

	function of({netns, kind, at}: SnapshotKey, owners: Owners): PendingSnapshot {
		const key = keyOf(netns, kind);
		const existing = pending.get(key);
		if (existing?.at === at) {
			existing.owners = owners;
			return existing;
		}

		const created: PendingSnapshot = {
			kind,
			at,
			full: (lastSizes.get(key)?.sockets ?? 0) < fullMergeLimit,
			socketsWithoutInfo: 0,
			netns,
			owners,
			deferred: [],
			unixByInode: new Map(),
			hasInodes: false,
			sockets: 0,
			notShown: 0,
		};
		pending.set(key, created);
		return created;
	}

	return {
		of,
		end(key, owners) {
			const snapshot = of(key, owners);
			pending.delete(keyOf(key.netns, key.kind));
			lastSizes.delete(keyOf(key.netns, key.kind));
			return snapshot;
		},
		recordSize({netns, kind, sockets, notShown}) {
			lastSizes.set(keyOf(netns, kind), {sockets, notShown});
		},
		dropNamespace(netns) {
			for (const kind of snapshotKinds) {
				pending.delete(keyOf(netns, kind));
				lastSizes.delete(keyOf(netns, kind));
			}
		},
		get notShown() {
			let sum = 0;
			for (const {notShown} of lastSizes.values()) sum += notShown;
			return sum;
		},
	};
}

const keyOf = (netns: string, kind: SnapshotKind): string => `${netns} ${kind}`;

/** Counts the sockets of a part. */
export function countSockets(snapshot: PendingSnapshot, count: number): void {
	snapshot.sockets += count;
	if (snapshot.sockets > fullMergeLimit) snapshot.full = false;
}
