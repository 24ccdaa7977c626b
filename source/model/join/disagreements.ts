/**
 * Where the process's view and the kernel's contradict each other for two looks in a row. One look proves nothing: it is
 * not made in one moment, and records come a moment later.
 */

import {
	type Disagreement,
	type DisagreementKind,
	looksToDisagree,
	wordsOf,
} from '../../domain/diagnosis/disagreement.ts';
import type {Owner} from '../../domain/events.ts';
import {sourceDiffers, sourceOf} from '../../domain/route.ts';
import type {KernelSocket} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Disagreements = {
	/** A look has shown it. */
	note(
		entry: Entry,
		kind: DisagreementKind,
		at: number,
		socket?: Pick<KernelSocket, 'state' | 'inode' | 'recvQ'>,
		owner?: Owner,
	): void;
	/** A look at the table of a namespace has ended: what it did not show is over. */
	end(netns: string, at: number): void;
	/** Nobody looks at a namespace any more. */
	forget(netns: string): void;
	/** Some connection has nobody. */
	readonly hasNoOwner: boolean;
};

export function createDisagreements(rows: Rows): Disagreements {
	const held = new Set<Entry>();

	function clear(entry: Entry): void {
		held.delete(entry);
		entry.views = null;
		rows.touch(entry);
	}

	rows.onTouched(entry => {
		entry.row.disagreement = disagreementOf(entry);
	});
	rows.onLeaving(entry => void held.delete(entry));

	return {
		note(entry, kind, at, socket, owner) {
			const {views} = entry;
			const known = views?.kind === kind ? views : null;
			if (known?.lastAt === at) return;
			entry.views = {
				kind,
				// A stray is known to be one only since the second look at it.
				looks: (known?.looks ?? (kind === 'no-owner' ? 1 : 0)) + 1,
				firstAt: known?.firstAt ?? at,
				lastAt: at,
				state: socket?.state ?? null,
				inode: socket?.inode ?? null,
				recvQ: socket?.recvQ ?? null,
				owner: owner ?? null,
			};
			held.add(entry);
			if (entry.views.looks <= looksToDisagree || known?.state !== entry.views.state) rows.touch(entry);
		},
		end(netns, at) {
			for (const entry of [...held]) {
				if (entry.row.netns === netns && (entry.views?.lastAt ?? 0) < at) clear(entry);
			}
		},
		forget(netns) {
			for (const entry of [...held]) if (entry.row.netns === netns) clear(entry);
		},
		get hasNoOwner() {
			for (const {views} of held) if (views?.kind === 'no-owner') return true;
			return false;
		},
	};
}

/** @returns what holds now and has been seen often enough; null where the views agree */
export function provenOf({views, facts}: Entry): Disagreement | null {
	if (views === null || views.looks < looksToDisagree) return null;
	if (views.kind === 'no-socket' && !facts.connecting) return null;
	return views.kind === 'left-open' && !facts.closed ? null : views;
}

/** The same in a few words, for the row. */
function disagreementOf(entry: Entry): string | null {
	const proven = provenOf(entry);
	if (proven !== null) return wordsOf(proven);
	const {row, facts} = entry;
	if (row.role !== 'client' || !facts.connected || facts.closed || sourceDiffers(row) !== true) return null;
	return `the route's source is ${row.route?.src}, the socket's ${sourceOf(row.local)}`;
}
