/** The other side has answered this side's end with a reset. */

import type {RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {lastDataEvidence} from '../../evidence/data-flow.ts';
import {resetAfterEndOf} from '../../evidence/reset-after-end.ts';
import {acknowledgedBytes, byteCountText, unacknowledgedBytes} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {peerEndEvidence} from '../read/resets.ts';

export const resetAfterEnd: RowRule = {
	name: 'reset-after-end',
	scope: 'row',
	phase: 'close',
	severity: 'info',
	title: "the other side answered this side's end with a reset",
	stages: ['closed', 'failed', 'lingering'],
	roles: ['client', 'server'],
	isEvent: true,
	// The kernel's last counters, and the other end's row, may not have arrived yet.
	raiseAfterMs: 500,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		const reset = resetAfterEndOf(row);
		if (reset === null) return null;
		const {endedAt, error} = reset;
		const outcome = outcomeOf(context);
		const begins = row.error === null ? 'shutdown' : `read failed with ${row.error.code}: the end`;
		return {
			...(outcome.isLoss ? {severity: 'warn'} : {}),
			operation: row.error === null ? 'shutdown' : 'read',
			...endpointFields(row),
			message: `${begins} of the connection ${endpointsText(row)} was answered with a reset after ${formatMs(error.at - endedAt)}: ${outcome.text}`,
			evidence: [
				evidenceItem('process', 'end() was called', endedAt),
				evidenceItem('process', `${error.fields.code}: ${error.fields.message}`, error.at),
				...outcome.evidence,
				...lastDataEvidence(row),
				...peerEndEvidence(context),
			],
			next: outcome.isLoss
				? nextCommand(context, 'socket')
				: {
						advice:
							'nothing, where the other side is known to close in this way: the error may be ignored once end() was called',
					},
		};
	},
};

function outcomeOf({row}: RowContext) {
	const {process, kernel, closedAt, openedAt} = row;
	const at = kernel?.infoSeenAt ?? closedAt ?? openedAt;
	const written = process?.bytesWritten ?? null;
	const hasNoAnswer = process?.bytesRead === 0 && written !== 0 && row.role === 'client';
	const answerText = hasNoAnswer ? ', and no byte had come back' : '';
	const unacknowledged = kernel?.final ? unacknowledgedBytes(row) : null;
	if (unacknowledged === null || written === null) {
		const text = `how much of what was written had been acknowledged is not known${answerText}`;
		return {isLoss: hasNoAnswer, text, evidence: []};
	}

	const counted = evidenceItem(
		'kernel',
		`${acknowledgedBytes(row)} bytes acknowledged, of ${written} written by the program`,
		at,
	);
	if (unacknowledged.bytes > 0) {
		const text = `of ${written} bytes that were written, ${byteCountText(unacknowledged)} had not been acknowledged and are lost`;
		return {isLoss: true, text, evidence: [counted]};
	}

	return {
		isLoss: hasNoAnswer,
		text: `all that was ${row.kind === 'tls' ? 'sent' : 'written'} had been acknowledged${answerText}`,
		evidence: [counted],
	};
}
