/** Snapshots whose parts are coming, and how large the finished ones were. */

import type {SocketOwner} from '../../domain/events.ts';
import type {KernelSocket, SnapshotKind, SnapshotPart} from '../../domain/kernel.ts';
import type {MergeContext} from './merge-kernel-view.ts';

export type Owners = ReadonlyMap<number, SocketOwner>;

export type PendingSnapshot = MergeContext & {
	netns: string;
	/** Processes that hold a socket and that no hook tells of, by inode. */
	owners: Owners;
	/** Sockets that may be some row's by their tuple or address: decided at the end. */
	deferred: KernelSocket[];
	/** Unix sockets, by inode: null where several have the same. */
	unixByInode: Map<number, KernelSocket | null>;
	/** Some socket has an inode. */
	hasInodes: boolean;
	sockets: number;
	/** Sockets that found no place in the table. */
	notShown: number;
};

type SnapshotKey = Pick<SnapshotPart, 'netns' | 'kind' | 'at'>;

export type PendingSnapshots = {
	/** The snapshot that a part belongs to: another time than its predecessor's begins a new one, finished or not. */
	of(key: SnapshotKey, owners: Owners): PendingSnapshot;
	/** All parts have come: nothing is known of its size any longer until that is recorded. */
	end(key: SnapshotKey, owners: Owners): PendingSnapshot;
	recordSize(snapshot: PendingSnapshot): void;
	dropNamespace(netns: string): void;
	/** Sockets of the newest finished snapshots that found no place in the table. */
	readonly notShown: number;
};

const snapshotKinds: readonly SnapshotKind[] = ['table', 'listeners', 'info', 'time-wait'];
/** Tables with fewer sockets are read whole each time. */
const fullMergeLimit = 4000;

export function createPendingSnapshots(): PendingSnapshots {
	const pending = new Map<string, PendingSnapshot>();
	/** Of the newest finished ones. */
	const lastSizes = new Map<string, {sockets: number; notShown: number}>();

	function of({netns, kind, at}: SnapshotKey, owners: Owners): PendingSnapshot {
		const key = keyOf(netns, kind);
		const known = pending.get(key);
		if (known?.at === at) {
			known.owners = owners;
			return known;
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

/** A part of this snapshot has come. */
export function countSockets(snapshot: PendingSnapshot, count: number): void {
	snapshot.sockets += count;
	if (snapshot.sockets > fullMergeLimit) snapshot.full = false;
}
