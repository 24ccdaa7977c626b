/** What was written and not sent yet was thrown away with the socket. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatBytes} from '../../../../domain/format.ts';
import {queueFact, sendingFact, stepAt} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact} from '../../evidence/wording.ts';

/** Where the other side has ended or failed before, nobody would have got it. */
const ownReasons: readonly unknown[] = ['local-destroy', 'local-end', 'timeout', 'exit'];

/** TLS may have handed over this much, its longest record (RFC 8446 §5.1), and not have heard of it yet. */
const recordBytes = 16 * 1024;

export const unsentDestroyed: RowRule = {
	name: 'unsent-destroyed',
	of: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'destroyed with data that had not been sent',
	stages: ['closed', 'lingering'],
	roles: ['client', 'server'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, process: thread} = situation;
		const length = row.process?.writableLength ?? 0;
		if (length === 0 || row.closedAt === null) return null;
		const close = row.steps.findLast(({step}) => step === 'close');
		if (close === undefined || !ownReasons.includes(close.fields.reason)) return null;
		const isExit = close.fields.reason === 'exit';
		// Who is killed tells nothing any more: the last sample is older than the end.
		if (isExit && (thread === null || thread.state !== 'exited' || thread.signal !== null)) return null;
		if (!wasUp(situation.row)) return null;
		// Of TLS the queue holds what is encrypted: other bytes than the program's.
		const isTls = row.kind === 'tls';
		const queued = isTls ? 0 : Math.min(length, row.process?.writeQueueSize ?? 0);
		const fullAt = stepAt(row, 'full');
		const inKernel = queued > 0 ? `, at least ${formatBytes(queued)} of it not even in the kernel` : '';
		const how = isExit ? 'the process exited' : 'the program destroyed the socket';
		return {
			...(isTls && length <= recordBytes ? {severity: 'info'} : {}),
			operation: 'destroy',
			...addressesOf(row),
			message: `destroy of the connection ${endpoints(row)} has thrown away what was written: ${how} with ${formatBytes(length)} in its buffer${inKernel}`,
			evidence: [
				fact(
					'process',
					`${length} bytes in the socket's buffer at its end${queued === 0 ? '' : `, ${queued} of them in the write that was under way`}`,
					close.at,
				),
				...(fullAt === null
					? []
					: [fact('process', "the buffer was full, and 'drain' was not waited for", fullAt)]),
				...queueFact(row),
				...sendingFact(row),
				...(row.site === null ? [] : [fact('process', `made at ${row.site}`, row.openedAt)]),
			],
			next: {
				advice: isExit
					? "wait for 'finish' or 'close' of the sockets before process.exit()"
					: "call end() and wait for 'finish' or 'close', or use destroySoon(), where what was written is to arrive",
			},
		};
	},
};

/** What was written to a connection that never came is another story. */
const wasUp = ({steps, stepsDropped}: {steps: readonly {step: string}[]; stepsDropped: number}): boolean =>
	stepsDropped > 0 || steps.some(({step}) => step === 'connect' || step === 'accept');
