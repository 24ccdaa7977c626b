/**
 * Connections that one watched process hands to another (`child.send('…', socket)`): the row of the receiver
 * takes over what only the sender knows, and each of both names the other.
 */
import {isSameTuple} from '../../domain/address.ts';
import type {SocketRecord} from '../../domain/events.ts';
import type {Step} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Handovers = {
	/** Call it after each record was applied to its entry. */
	recordApplied(entry: Entry, record: SocketRecord): void;
};

/** Longest time between the sender's end and the receiver's beginning, in ms: the receiver may be starting. */
const longestTransitMs = 10_000;
/** Limit of rows that wait for their other half, on each side. */
const maxWaiting = 1000;

export function createHandovers(rows: Rows, addStep: (entry: Entry, step: Step) => void): Handovers {
	/** Rows whose handle was taken away, and rows that came with their connection, the oldest first. */
	const sent = new Set<Entry>();
	const received = new Set<Entry>();

	function waitIn(list: Set<Entry>, entry: Entry): void {
		list.add(entry);
		for (const oldest of list) {
			if (list.size <= maxWaiting) break;
			list.delete(oldest);
		}
	}

	/** Without an address of its own the sender is known by the peer alone: then only where one row fits. */
	function findOther(entry: Entry, others: ReadonlySet<Entry>, isSender: boolean): Entry | null {
		const fitting = [...others].filter(other =>
			isSender ? isHandover(entry, other) : isHandover(other, entry),
		);
		return fitting.length === 1 ? (fitting[0] ?? null) : null;
	}

	function join(sender: Entry, receiver: Entry): void {
		sent.delete(sender);
		received.delete(receiver);
		const {row} = receiver;
		row.host ??= sender.row.host;
		row.role ??= sender.row.role;
		receiver.facts.role = row.role;
		row.listener ??= sender.row.listener;
		sender.row.local ??= row.local;
		const sentAt = sender.row.closedAt ?? row.openedAt;
		addStep(sender, {at: sentAt, step: 'handed-over', fields: {pid: row.pid, row: row.id}});
		addStep(receiver, {
			at: row.openedAt,
			step: 'received',
			fields: {pid: sender.row.pid, row: sender.row.id},
		});
		rows.touch(sender);
		rows.touch(receiver);
	}

	rows.onRemove(entry => {
		sent.delete(entry);
		received.delete(entry);
	});

	return {
		recordApplied(entry, record) {
			if (record.type === 'close' && record.reason === 'handed-over') {
				const receiver = findOther(entry, received, true);
				if (receiver === null) waitIn(sent, entry);
				else join(entry, receiver);
			} else if (record.type === 'connect' && entry.row.role === null && entry.row.kind !== 'udp') {
				const sender = findOther(entry, sent, false);
				if (sender === null) waitIn(received, entry);
				else join(sender, entry);
			}
		},
	};
}

function isHandover({row: from, inode}: Entry, {row: to, inode: otherInode}: Entry): boolean {
	if (from.proc === to.proc || from.netns !== to.netns) return false;
	if (Math.abs(to.openedAt - (from.closedAt ?? to.openedAt)) > longestTransitMs) return false;
	if (inode !== null && otherInode !== null) return inode === otherInode;
	return isSameTuple({local: from.local ?? to.local, peer: from.peer}, to);
}
