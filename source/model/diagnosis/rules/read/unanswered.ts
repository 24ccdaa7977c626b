/** The peer has ended the connection with a FIN before it answered a request: Node's "socket hang up". */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {
	closeReason,
	endpointFields,
	endpointsText,
	evidenceItem,
	nextCommand,
} from '../../evidence/wording.ts';
import {immediateCloseOf} from '../connect/early.ts';
import {peerEndEvidence} from './resets.ts';

/** A path may be long. */
const labelLimit = 80;

export const requestUnanswered: RowRule = {
	name: 'request-unanswered',
	scope: 'row',
	phase: 'read',
	severity: 'error',
	title: 'the other side ended the connection instead of answering a request',
	stages: ['closed', 'failed', 'lingering'],
	roles: ['client'],
	isEvent: true,
	// The other end's row may not have arrived yet.
	raiseAfterMs: 500,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		const {http, process, closedAt} = row;
		// With bytes of an earlier answer, or of one that the FIN completes, a loss is not visible.
		if (http === null || http.protocol !== null || (http.open ?? 0) === 0 || process?.bytesRead !== 0)
			return null;
		if (closedAt === null || closeReason(row) !== 'peer-end' || immediateCloseOf(row) !== null) return null;
		const request = sanitize((row.label ?? 'a request').slice(0, labelLimit));
		return {
			operation: 'read',
			...endpointFields(row),
			message: `read: the connection ${endpointsText(row)} was ended by the other side without a byte in answer to ${request}`,
			evidence: [
				evidenceItem(
					'process',
					`${request} was under way, 0 bytes read, the connection was open for ${formatMs(closedAt - row.openedAt)}`,
					closedAt,
				),
				...peerEndEvidence(context),
			],
			next: nextCommand(context, 'listeners'),
		};
	},
};
