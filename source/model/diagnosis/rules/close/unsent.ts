/** Written but unsent data was discarded with the socket. */

import type {RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatBytes} from '../../../../domain/format.ts';
import type {StepName} from '../../../../domain/operation.ts';
import {lastStepAt, queueEvidence, sendingEvidence} from '../../evidence/data-flow.ts';
import {unacknowledgedWritten} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem} from '../../evidence/wording.ts';

/** Closes by this side: after the peer's end or an error, the data could not have arrived anyway. */
const localCloseReasons: readonly unknown[] = ['local-destroy', 'local-end', 'timeout', 'exit'];

export const unsentDestroyed: RowRule = {
	name: 'unsent-destroyed',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'destroyed with data that had not been sent',
	stages: ['closed', 'lingering'],
	roles: ['client', 'server'],
	isEvent: true,
	// The kernel's last counters may not have arrived yet.
	raiseAfterMs: 500,
	clearAfterMs: 0,
	find(context) {
		const {row, process: thread} = context;
		const length = row.process?.writableLength ?? 0;
		if (length === 0 || row.closedAt === null) return null;
		const close = row.steps.findLast(({step}) => step === 'close');
		if (close === undefined || !localCloseReasons.includes(close.fields.reason)) return null;
		const isExit = close.fields.reason === 'exit';
		// A killed process reports nothing more: the last sample is older than the end.
		if (isExit && (thread === null || thread.state !== 'exited' || thread.signal !== null)) return null;
		if (!wasConnected(context.row)) return null;
		const isTls = row.kind === 'tls';
		const lost = isTls ? provenTlsLoss(context, length) : arrivedAll(context, length) ? 0 : length;
		if (lost === 0) return null;
		// The queue of TLS holds encrypted bytes, not the program's.
		const queued = isTls ? 0 : Math.min(length, row.process?.writeQueueSize ?? 0);
		const fullAt = lastStepAt(row, 'full');
		const inKernel =
			queued > 0
				? `, at least ${formatBytes(queued)} of it not even in the kernel`
				: lost < length
					? `, at least ${formatBytes(lost)} of it not sent`
					: '';
		const endText = isExit ? 'the process exited' : 'the program destroyed the socket';
		return {
			operation: 'destroy',
			...endpointFields(row),
			message: `destroy of the connection ${endpointsText(row)} has thrown away what was written: ${endText} with ${formatBytes(length)} in its buffer${inKernel}`,
			evidence: [
				evidenceItem(
					'process',
					`${length} bytes in the socket's buffer at its end${queued === 0 ? '' : `, ${queued} of them in the write that was under way`}`,
					close.at,
				),
				...(fullAt === null
					? []
					: [evidenceItem('process', "the buffer was full, and 'drain' was not waited for", fullAt)]),
				...queueEvidence(row),
				...sendingEvidence(row),
				...(row.site === null ? [] : [evidenceItem('process', `made at ${row.site}`, row.openedAt)]),
			],
			next: {
				advice: isExit
					? "wait for 'finish' or 'close' of the sockets before process.exit()"
					: "call end() and wait for 'finish' or 'close', or use destroySoon(), where what was written is to arrive",
			},
		};
	},
};

/**
 * The socket's buffer holds what TLS has not confirmed yet, sent or not. Lost for certain is what was not even handed
 * to the handle, and what of the rest the other side's kernel has not acknowledged: it is longer when encrypted.
 */
function provenTlsLoss({row, handedBytes}: RowContext, length: number): number {
	const notHanded = handedBytes == null ? 0 : Math.max(0, length - handedBytes);
	const notArrived = row.kernel?.final ? (unacknowledgedWritten(row) ?? 0) : 0;
	return Math.min(length, notHanded + notArrived);
}

/** The kernel's last counters have all that was written, with nothing behind it. */
const arrivedAll = ({row, handedBytes}: RowContext, length: number): boolean =>
	row.kernel?.final === true &&
	handedBytes != null &&
	handedBytes >= length &&
	unacknowledgedWritten(row) === 0;

/** Excludes connections that were never established. */
const wasConnected = ({
	steps,
	stepsDropped,
}: {
	steps: readonly {step: StepName}[];
	stepsDropped: number;
}): boolean => stepsDropped > 0 || steps.some(({step}) => step === 'connect' || step === 'accept');
