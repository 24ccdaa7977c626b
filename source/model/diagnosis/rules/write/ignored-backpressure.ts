/** The program goes on writing although write() returned false. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {bufferEvidence, lastStepAt, queueEvidence, roundedBytes} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** A smaller buffer is one large chunk, or an answer of ordinary size. */
const minBufferedBytes = 1024 * 1024;
/** Times the high-water mark. */
const minHighWaterMarks = 4;
/** More than one chunk after the one that filled the buffer. */
const growthFactor = 1.25;
/** A buffer of this size is reported even where it does not grow. */
const largeBufferBytes = 16 * 1024 * 1024;
/** From here on the process's memory is in danger. */
const criticalBufferBytes = 64 * 1024 * 1024;
const largeBufferForMs = 2000;

export const writeIgnoredFalse: RowRule = {
	name: 'write-ignored-false',
	scope: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'write() has said false and the program goes on writing',
	stages: ['draining'],
	roles: null,
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 5000,
	find(context) {
		const {row, memory, now} = context;
		const length = row.process?.writableLength ?? 0;
		const mark = row.process?.writableHighWaterMark ?? 0;
		if (length < minBufferedBytes || length < minHighWaterMarks * mark) {
			for (const name of ['length', 'left']) memory.forget(name);
			return null;
		}

		const sentBytes = (row.process?.bytesWritten ?? 0) - (row.process?.writeQueueSize ?? 0);
		const drainedAt = lastStepAt(row, 'drain');
		let noted = memory.getOrSet('length', length);
		const before = memory.getOrSet('left', sentBytes);
		// A smaller buffer, or one whose noted bytes have all left ('drain' may have fired), is observed anew.
		const isOver = sentBytes - before.value >= noted.value || (drainedAt !== null && drainedAt > noted.at);
		if (noted.at !== now && (length < noted.value || isOver)) {
			for (const name of ['length', 'left']) memory.forget(name);
			noted = memory.getOrSet('length', length);
			memory.getOrSet('left', sentBytes);
		}

		const grows = length >= noted.value * growthFactor;
		const isLargeBuffer = length >= largeBufferBytes && now - noted.at >= largeBufferForMs;
		if (!grows && !isLargeBuffer) return null;
		const fullAt = lastStepAt(row, 'full');
		const size = roundedBytes(length);
		const message = grows
			? `write() has said false on the connection ${endpointsText(row)} and the program goes on: over ${size} wait in its memory`
			: `write on the connection ${endpointsText(row)} has left over ${size} in memory at once: one very large chunk, or a false that was not heeded`;
		return {
			severity: grows ? (length >= criticalBufferBytes ? 'error' : 'warn') : 'info',
			operation: 'write',
			...endpointFields(row),
			message,
			evidence: [
				evidenceItem(
					'process',
					`buffered ${length} bytes, ${noted.value} before; high-water mark ${mark}`,
					now,
				),
				...(fullAt === null
					? []
					: [evidenceItem('process', "the buffer was full and 'drain' has not come since", fullAt)]),
				...bufferEvidence(row),
				...queueEvidence(row),
			],
			next:
				row.site === null
					? nextCommand(context, 'socket')
					: {
							advice: `wait for 'drain' after write() has said false, or use pipeline(), with the socket made at ${row.site}`,
						},
		};
	},
};
