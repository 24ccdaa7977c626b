/** The program goes on writing although write() has said false. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {atLeastBytes, bufferFact, queueFact, stepAt} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';

/** Below this it is one large chunk, or an answer of ordinary size. */
const manyBytes = 1024 * 1024;
/** Times the high-water mark. */
const manyMarks = 4;
/** More than one chunk after the one that filled the buffer. */
const growth = 1.25;
/** So much at once is worth a word also where it does not grow. */
const heapBytes = 16 * 1024 * 1024;
/** From here on the process's memory is in danger. */
const dangerBytes = 64 * 1024 * 1024;
const heapForMs = 2000;

export const writeIgnoredFalse: RowRule = {
	name: 'write-ignored-false',
	of: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'write() has said false and the program goes on writing',
	stages: ['draining'],
	roles: null,
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 5000,
	find(situation) {
		const {row, memory, now} = situation;
		const length = row.process?.writableLength ?? 0;
		const mark = row.process?.writableHighWaterMark ?? 0;
		if (length < manyBytes || length < manyMarks * mark) {
			for (const name of ['length', 'left']) memory.forget(name);
			return null;
		}

		const left = (row.process?.bytesWritten ?? 0) - (row.process?.writeQueueSize ?? 0);
		const drainedAt = stepAt(row, 'drain');
		let noted = memory.first('length', length);
		const before = memory.first('left', left);
		// Less than it was, or all of that has left, so that 'drain' may have come: from there it is looked at anew.
		const isOver = left - before.value >= noted.value || (drainedAt !== null && drainedAt > noted.at);
		if (noted.at !== now && (length < noted.value || isOver)) {
			for (const name of ['length', 'left']) memory.forget(name);
			noted = memory.first('length', length);
			memory.first('left', left);
		}

		const grows = length >= noted.value * growth;
		const isHeap = length >= heapBytes && now - noted.at >= heapForMs;
		if (!grows && !isHeap) return null;
		const fullAt = stepAt(row, 'full');
		const size = atLeastBytes(length);
		const what = grows
			? `write() has said false on the connection ${endpoints(row)} and the program goes on: over ${size} wait in its memory`
			: `write on the connection ${endpoints(row)} has left over ${size} in memory at once: one very large chunk, or a false that was not heeded`;
		return {
			severity: grows ? (length >= dangerBytes ? 'error' : 'warn') : 'info',
			operation: 'write',
			...addressesOf(row),
			message: what,
			evidence: [
				fact('process', `buffered ${length} bytes, ${noted.value} before; high-water mark ${mark}`, now),
				...(fullAt === null
					? []
					: [fact('process', "the buffer was full and 'drain' has not come since", fullAt)]),
				...bufferFact(row),
				...queueFact(row),
			],
			next:
				row.site === null
					? look(situation, 'socket')
					: {
							advice: `wait for 'drain' after write() has said false, or use pipeline(), with the socket made at ${row.site}`,
						},
		};
	},
};
