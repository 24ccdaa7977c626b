/** Inodes of the newest snapshot of each namespace, with the kind of each socket. */
import type {SnapshotEnd, SnapshotPart} from '../domain/kernel.ts';

export type InodeKind = 'unix' | 'internet';

export type KernelInodes = {
	addPart(part: SnapshotPart): void;
	/** The snapshot is complete and replaces the previous one. */
	endSnapshot(end: SnapshotEnd): void;
	forgetNamespace(netns: string): void;
	/** null for an inode that is in no snapshot. */
	kindOf(inode: number): InodeKind | null;
};

export function createKernelInodes(): KernelInodes {
	const whole = new Map<string, ReadonlyMap<number, InodeKind>>();
	/** Inodes of the snapshot in progress; after a failed one, which never completes, another begins. */
	const partial = new Map<string, {at: number; inodes: Map<number, InodeKind>}>();

	return {
		addPart({kind: snapshotKind, netns, at, sockets}) {
			if (snapshotKind !== 'table') return;
			const previous = partial.get(netns);
			const current = previous?.at === at ? previous : {at, inodes: new Map<number, InodeKind>()};
			for (const {inode, kind} of sockets) {
				if (inode !== null) current.inodes.set(inode, kind === 'unix' ? 'unix' : 'internet');
			}

			partial.set(netns, current);
		},
		endSnapshot({kind, netns, at}) {
			if (kind !== 'table') return;
			const completed = partial.get(netns);
			whole.set(netns, completed?.at === at ? completed.inodes : new Map());
			partial.delete(netns);
		},
		forgetNamespace(netns) {
			whole.delete(netns);
			partial.delete(netns);
		},
		kindOf(inode) {
			for (const inodes of whole.values()) {
				const kind = inodes.get(inode);
				if (kind !== undefined) return kind;
			}

			return null;
		},
	};
}
