/** What is written goes out slowly or not at all, since the other side does not read. */

import type {RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatRate} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	atLeastBytes,
	bufferFact,
	isWatched,
	peerFacts,
	queueFact,
	roughly,
	sendingFact,
	stillSince,
} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, look} from '../../evidence/wording.ts';
import {unanswered} from '../read/half-open.ts';
import {openStages} from '../read/not-reading.ts';

/** Longer than a reader that is busy for a moment, and two looks at the kernel's table. */
const stillMs = 2000;
/** Where the kernel does not tell why nothing leaves, a slow network is given more time. */
const stillWithoutReasonMs = 5000;

/** Nothing leaves: the other side's window is shut. */
export const peerNotReading: RowRule = {
	name: 'peer-not-reading',
	of: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'the other side does not read: what is written stays here',
	stages: openStages,
	roles: null,
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(situation) {
		const {row, memory, now} = situation;
		const waiting = waitingOf(row);
		const shut = isShut(row);
		const isFull = row.process?.needDrain === true;
		// Unanswered probes and retransmits are another story: the other side may be gone.
		if (waiting === 0 || (!shut && !isFull) || unanswered(row) >= 2 || !isWatched(situation)) {
			memory.forget('left');
			return null;
		}

		const since = stillSince(situation, 'left', leftOf(row));
		const needed = shut ? stillMs : stillWithoutReasonMs;
		const seenAt = shut ? (row.kernel?.seenAt ?? 0) : now;
		if (seenAt - since < needed || (!shut && hasWindow(row))) return null;
		const how = shut ? 'its window is shut' : 'it takes nothing, as far as can be seen from here';
		const waits = isFull ? ', and write() says false' : '';
		return {
			operation: 'write',
			...addressesOf(row),
			message: `write on the connection ${endpoints(row)} stands still for over ${roughly(now - since)} with over ${atLeastBytes(waiting)} to send: the other side does not read, ${how}${waits}`,
			evidence: [...queueFact(row), ...sendingFact(row), ...bufferFact(row), ...peerFacts(situation)],
			next: look(situation, 'socket'),
		};
	},
};

/** A figure over less is a matter of chance. */
const slowForMs = 4000;
/** Of the time, at least: so long the other side's window was what held it up. */
const slowShare = 0.5;
/** Less than this a second is no ordinary transfer that the reader's own work slows down. */
const slowBytesPerSecond = 64 * 1024;

/** Bytes leave, and the other side's window is what they wait for. */
export const slowReader: RowRule = {
	name: 'slow-reader',
	of: 'row',
	phase: 'write',
	severity: 'info',
	title: 'the other side reads more slowly than the program writes',
	stages: openStages,
	roles: null,
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 3000,
	find(situation) {
		const {row, memory, now} = situation;
		const {kernel, process} = row;
		const info = kernel?.info ?? null;
		if (info === null || kernel === null || info.bytesAcked === null || waitingOf(row) === 0) {
			for (const name of ['limited', 'acked', 'seen']) memory.forget(name);
			return null;
		}

		if (info.rwndLimitedMs === 0 || !isWatched(situation)) return null;
		const seenAt = kernel.infoSeenAt ?? kernel.seenAt;
		const limited = memory.first('limited', info.rwndLimitedMs).value;
		const acked = memory.first('acked', info.bytesAcked).value;
		const since = memory.first('seen', seenAt).value;
		const ms = seenAt - since;
		if (ms < slowForMs) return null;
		const bytes = info.bytesAcked - acked;
		const share = (info.rwndLimitedMs - limited) / ms;
		// What was long ago says nothing of now.
		if (ms > 3 * slowForMs) for (const name of ['limited', 'acked', 'seen']) memory.forget(name);
		if (bytes <= 0 || share < slowShare) return null;
		const rate = bytes / (ms / 1000);
		const isVerySlow = rate < slowBytesPerSecond && process?.needDrain === true;
		return {
			...(isVerySlow ? {severity: 'warn'} : {}),
			operation: 'write',
			...addressesOf(row),
			message: `write on the connection ${endpoints(row)} waits for the other side, which reads ${isVerySlow ? `less than ${formatRate(slowBytesPerSecond)}` : 'more slowly than the program writes'}`,
			evidence: [
				...sendingFact(row),
				...queueFact(row),
				...bufferFact(row),
				...rateFact(situation, rate, share),
				...peerFacts({...situation, now}),
			],
			next: look(situation, 'socket'),
		};
	},
};

const rateFact = ({row}: RowSituation, rate: number, share: number) => [
	{
		source: 'kernel' as const,
		fact: `${formatRate(rate)} acknowledged, held up by the peer's window for ${Math.min(100, Math.round(share * 100))} % of the time`,
		at: row.kernel?.infoSeenAt ?? row.openedAt,
	},
];

/** Bytes that are to leave: in JavaScript and in the kernel. What the kernel holds may be counted in both. */
const waitingOf = ({process, kernel}: Row): number =>
	Math.max(process?.writableLength ?? 0, process?.writeQueueSize ?? 0) + (kernel?.sendQ ?? 0);

/** The kernel waits for the other side's window: it asks for it (RFC 9293 §3.8.6.1). */
const isShut = ({kernel}: Row): boolean =>
	kernel !== null && !kernel.final && (kernel.sendQ ?? 0) > 0 && kernel.timer?.name === 'persist';

/** The other side has room, by the kernel's own word: what is slow is the way. */
const hasWindow = ({kernel}: Row): boolean => (kernel?.info?.peerWindow ?? 0) > 0;

/** What changes whenever anything leaves. */
const leftOf = ({process, kernel}: Row): number =>
	kernel?.info?.bytesAcked ??
	(process === null ? -(kernel?.sendQ ?? 0) : (process.bytesWritten ?? 0) - (process.writeQueueSize ?? 0));
