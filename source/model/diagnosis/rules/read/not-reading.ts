/** Bytes came and the program does not take them. */

import type {Evidence, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatBytes, formatDuration} from '../../../../domain/format.ts';
import type {Row, Stage} from '../../../../domain/row.ts';
import {
	bufferFact,
	loopSilentSince,
	peerFacts,
	queueFact,
	roughly,
	stepAt,
	stillSince,
	unreadOf,
} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';

/** Longer than a busy event loop takes for a turn, and two looks at the kernel's table. */
const notReadingMs = 2000;

/** Where both ways are up, or one of them is. */
export const openStages: readonly Stage[] = [
	'accepted',
	'open',
	'draining',
	'paused',
	'peer-ended',
	'ended',
	'closing',
];

export const notReading: RowRule = {
	name: 'not-reading',
	of: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'bytes wait and the program does not read them',
	stages: openStages,
	roles: null,
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(situation) {
		const {row, memory, now} = situation;
		const {kernel} = row;
		const unread = unreadOf(row);
		if (unread.process + unread.kernel === 0 || row.proc === null) {
			memory.forget('taken');
			return null;
		}

		const since = stillSince(situation, 'taken', takenOf(row));
		// What only the kernel holds may have come a moment before the look: a later look must show it, too.
		const seenAt = unread.process > 0 ? now : (kernel?.seenAt ?? 0);
		if (seenAt - since < notReadingMs) return null;
		const why = reasonOf(situation, since);
		const size = formatBytes(unread.process + unread.kernel);
		return {
			...(why.isAnswered ? {severity: 'info'} : {}),
			operation: 'read',
			...addressesOf(row),
			message: `read on the connection ${endpoints(row)} stands still for over ${roughly(now - since)} with ${size} unread: ${why.text}`,
			evidence: [...why.evidence, ...bufferFact(row), ...queueFact(row), ...peerFacts(situation)],
			next: look(situation, 'socket'),
		};
	},
};

/** Bytes that the program has taken: by its own count, or by the kernel's where no hook tells. */
function takenOf({process, kernel}: Row): number {
	// Who has stood still from the start has told of no bytes yet.
	if (process !== null) return (process.bytesRead ?? 0) - (process.readableLength ?? 0);
	return (kernel?.info?.bytesReceived ?? 0) - (kernel?.recvQ ?? 0);
}

type Reason = {text: string; evidence: Evidence[]; isAnswered?: boolean};

/** Why nobody reads: the event loop, the program's pause, nobody at all, or a reader that waits. */
function reasonOf(situation: RowSituation, since: number): Reason {
	const {row, now} = situation;
	const silent = loopSilentSince(situation);
	if (silent !== null) {
		const told = `the event loop has told nothing for ${formatDuration(now - silent)}`;
		return {text: 'the event loop is blocked', evidence: [fact('load', told, silent)]};
	}

	const {process} = row;
	if (process === null) {
		const text = 'nobody takes them, as far as can be seen from here';
		return {text, evidence: [fact('kernel', `nothing was taken for ${formatDuration(now - since)}`, since)]};
	}

	if (process.paused) {
		const at = stepAt(row, 'pause') ?? since;
		const evidence = [fact('process', `paused ${formatDuration(now - at)} ago`, at)];
		if (process.needDrain) {
			return {
				text: "the program has paused it while its own writes wait for 'drain'",
				evidence,
				isAnswered: true,
			};
		}

		return {text: 'the program has paused it', evidence};
	}

	const evidence = [fact('process', `nothing was taken for ${formatDuration(now - since)}`, since)];
	return process.reading === false
		? {text: 'nobody in the program has begun to read', evidence}
		: {text: 'the event loop runs and the program takes nothing', evidence};
}
