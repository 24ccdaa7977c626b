/**
 * Where the process's view and the kernel's contradict each other for two looks in a row. One look proves nothing: it is
 * not made in one moment, and records come a moment later.
 */

import {
	type Disagreement,
	type DisagreementKind,
	describe,
	snapshotsToDisagree,
} from '../../domain/diagnosis/disagreement.ts';
import type {SocketOwner} from '../../domain/events.ts';
import {sourceDiffers, sourceOf} from '../../domain/route.ts';
import type {KernelSocket} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Disagreements = {
	/** A look has shown it. */
	record(
		entry: Entry,
		kind: DisagreementKind,
		at: number,
		socket?: Pick<KernelSocket, 'state' | 'inode' | 'recvQ'>,
		owner?: SocketOwner,
	): void;
	/** A look at the table of a namespace has ended: what it did not show is over. */
	endSnapshot(netns: string, at: number): void;
	/** Nobody looks at a namespace any more. */
	dropNamespace(netns: string): void;
	/** Some connection has nobody. */
	readonly hasUnownedSocket: boolean;
};

export function createDisagreements(rows: Rows): Disagreements {
	const active = new Set<Entry>();

	function clear(entry: Entry): void {
		active.delete(entry);
		entry.disagreement = null;
		rows.touch(entry);
	}

	rows.onTouch(entry => {
		entry.row.disagreement = describeRow(entry);
	});
	rows.onRemove(entry => void active.delete(entry));

	return {
		record(entry, kind, at, socket, owner) {
			const {disagreement} = entry;
			const known = disagreement?.kind === kind ? disagreement : null;
			if (known?.lastAt === at) return;
			entry.disagreement = {
				kind,
				// A stray is known to be one only since the second look at it.
				snapshots: (known?.snapshots ?? (kind === 'no-owner' ? 1 : 0)) + 1,
				firstAt: known?.firstAt ?? at,
				lastAt: at,
				state: socket?.state ?? null,
				inode: socket?.inode ?? null,
				recvQ: socket?.recvQ ?? null,
				owner: owner ?? null,
			};
			active.add(entry);
			if (entry.disagreement.snapshots <= snapshotsToDisagree || known?.state !== entry.disagreement.state)
				rows.touch(entry);
		},
		endSnapshot(netns, at) {
			for (const entry of [...active]) {
				if (entry.row.netns === netns && (entry.disagreement?.lastAt ?? 0) < at) clear(entry);
			}
		},
		dropNamespace(netns) {
			for (const entry of [...active]) if (entry.row.netns === netns) clear(entry);
		},
		get hasUnownedSocket() {
			for (const {disagreement} of active) if (disagreement?.kind === 'no-owner') return true;
			return false;
		},
	};
}

/** @returns what holds now and has been seen often enough; null where the views agree */
export function confirmedDisagreement({disagreement, facts}: Entry): Disagreement | null {
	if (disagreement === null || disagreement.snapshots < snapshotsToDisagree) return null;
	if (disagreement.kind === 'no-socket' && !facts.connecting) return null;
	return disagreement.kind === 'left-open' && !facts.closed ? null : disagreement;
}

/** The same in a few words, for the row. */
function describeRow(entry: Entry): string | null {
	const confirmed = confirmedDisagreement(entry);
	if (confirmed !== null) return describe(confirmed);
	const {row, facts} = entry;
	if (row.role !== 'client' || !facts.connected || facts.closed || sourceDiffers(row) !== true) return null;
	return `the route's source is ${row.route?.src}, the socket's ${sourceOf(row.local)}`;
}
