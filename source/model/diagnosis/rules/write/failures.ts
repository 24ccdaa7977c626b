/** Written to somebody who has gone; and what has to be sent more than once. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferFact,
	isWatched,
	lastDataFact,
	queueFact,
	sendingFact,
	stepAt,
} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {unanswered} from '../read/half-open.ts';
import {openStages} from '../read/not-reading.ts';

export const brokenPipe: RowRule = {
	name: 'broken-pipe',
	of: 'row',
	phase: 'write',
	severity: 'error',
	title: 'written to a connection that the other side has already left',
	stages: ['failed'],
	roles: null,
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row} = situation;
		const {error} = row;
		if (error?.code !== 'EPIPE' || error.phase === 'tls') return null;
		const at = stepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
		const endedAt = stepAt(row, 'peer-end');
		const how =
			endedAt === null || endedAt > at
				? 'the other side had closed it'
				: `the other side had ended it ${formatMs(at - endedAt)} before`;
		return {
			// A client that goes before it has its answer is ordinary for an HTTP server.
			...(row.role === 'server' && row.http !== null ? {severity: 'info'} : {}),
			operation: 'write',
			...addressesOf(row),
			message: `write to the connection ${endpoints(row)} failed with EPIPE: ${how}`,
			evidence: [
				fact('process', `${error.code}: ${error.message}`, at),
				...(endedAt === null || endedAt > at
					? []
					: [fact('process', "the other side's end was heard", endedAt)]),
				...bufferFact(row),
				...lastDataFact(row),
			],
			next: {
				advice:
					"stop writing when the socket says 'end' or 'close', and look into why the other side ends before it has all",
			},
		};
	},
};

/** Figures over fewer segments or bytes are a matter of chance. */
const someSegments = 3;
const someBytes = 16 * 1024;
/** Of what is sent: at this TCP is already many times slower (RFC 3819 §8.5). */
const muchLoss = 0.05;
const freshMs = 15_000;

export const retransmits: RowRule = {
	name: 'data-retransmits',
	of: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'data has to be sent again: packets get lost on the way',
	stages: openStages,
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 10_000,
	find(situation) {
		const {row, memory} = situation;
		const info = row.kernel?.info ?? null;
		// Retransmits of the SYN are of another phase, and count no bytes.
		if (info === null || info.bytesRetrans === 0 || info.bytesSent === null || isHere(row)) return null;
		const seenAt = row.kernel?.infoSeenAt ?? 0;
		// Before the first was seen there were none.
		let begin = {seen: seenAt, bytes: 0, sent: 0, segments: 0, limited: 0};
		const isOld = seenAt - memory.first('seen', seenAt).value > freshMs;
		if (isOld) {
			for (const name of Object.keys(begin)) memory.forget(name);
			const {bytesRetrans: bytes, bytesSent: sent, retransTotal: segments, rwndLimitedMs: limited} = info;
			begin = {seen: seenAt, bytes, sent, segments, limited};
			memory.first('seen', seenAt);
		}

		const bytes = info.bytesRetrans - memory.first('bytes', begin.bytes).value;
		const sent = info.bytesSent - memory.first('sent', begin.sent).value;
		const segments = info.retransTotal - memory.first('segments', begin.segments).value;
		const limitedMs = info.rwndLimitedMs - memory.first('limited', begin.limited).value;
		if (segments < someSegments || bytes <= 0 || unanswered(row) >= 2 || !isWatched(situation)) return null;
		const share = sent <= 0 ? 0 : bytes / sent;
		const isMuch = share >= muchLoss && sent >= someBytes;
		// Into a buffer that is full the other side lets nothing more, which looks the same from here.
		const isFull = limitedMs > 0;
		const where = isFull
			? 'gets not all to the other side: lost on the way, or thrown away there since its buffer is full'
			: 'loses packets on the way';
		return {
			severity: isMuch && !isFull ? 'warn' : 'info',
			operation: 'write',
			...addressesOf(row),
			message: `write on the connection ${endpoints(row)} ${where}; ${isMuch ? `over ${muchLoss * 100} %` : 'some'} of what is sent has to be sent again`,
			evidence: [
				fact(
					'kernel',
					`${segments} segments sent again, ${bytes} of ${sent} bytes (${(share * 100).toFixed(1)} %)`,
					seenAt,
				),
				...sendingFact(row),
				...queueFact(row),
				...(row.route?.dev
					? [
							fact(
								'route',
								`by ${row.route.dev}${row.route.gateway === null ? '' : ` through ${row.route.gateway}`}`,
								seenAt,
							),
						]
					: []),
			],
			next: look(situation, 'socket'),
		};
	},
};

/** Within one host nothing is lost on a way: only a buffer that is full lets something fall. */
const isHere = ({route, local, peer}: Row): boolean =>
	route?.dev === 'lo' ||
	route?.table === 'local' ||
	(local !== null &&
		peer !== null &&
		'address' in local &&
		'address' in peer &&
		local.address === peer.address);
