/** The inactivity timer of a socket has fired: the program's, or the global HTTP agent's. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {bufferEvidence, lastDataEvidence, lastStepAt, peerEvidence} from '../../evidence/data-flow.ts';
import {isHttpAtRest} from '../../evidence/http-use.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** How long the finding holds for a connection that stays open, in ms. */
const reportedForMs = 30_000;

export const inactivityTimeout: RowRule = {
	name: 'inactivity-timeout',
	scope: 'row',
	phase: 'idle',
	severity: 'info',
	title: 'nothing passed for as long as the timer of the socket allows',
	stages: null,
	roles: ['client', 'server'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, now} = context;
		const timeout = row.steps.findLast(({step}) => step === 'timeout');
		if (timeout === undefined) return null;
		const close = row.steps.findLast(({step}) => step === 'close');
		const isDestroyed = close !== undefined && close.fields.reason === 'timeout';
		const hasOpenRequest = (row.http?.open ?? 0) > 0;
		// The keep-alive timer of a server or an agent closes an idle connection on purpose.
		if (isHttpAtRest(row)) return null;
		if (!isDestroyed && now - timeout.at > reportedForMs) return null;
		const {ms} = timeout.fields;
		const after = typeof ms === 'number' && ms > 0 ? ` after ${formatMs(ms)} without a byte` : '';
		const isConnecting = isNotConnected(row);
		// After end() in the 'timeout' handler, the peer has ended the connection as well.
		const isEnded = isDestroyed && (lastStepAt(row, 'local-end') ?? 0) >= timeout.at;
		const actionText = isEnded ? 'the program ended it' : 'the program destroyed it';
		const end = isDestroyed
			? `${actionText}${hasOpenRequest ? ' with a request under way' : ''}`
			: isConnecting
				? 'the attempt goes on'
				: 'the connection goes on';
		const operation = isEnded ? 'shutdown' : isDestroyed ? 'destroy' : isConnecting ? 'connect' : 'read';
		const firstIn = lastStepAt(row, 'first-in');
		return {
			...(isDestroyed && hasOpenRequest ? {severity: 'warn'} : {}),
			...(isConnecting ? {phase: 'connect'} : {}),
			operation,
			...endpointFields(row),
			message: `${operation}: the inactivity timer of the connection ${endpointsText(row)} fired${after}${isConnecting ? ' and before it was connected' : ''}, ${end}`,
			evidence: [
				evidenceItem('process', `'timeout' was emitted${after}`, timeout.at),
				...(row.role === 'client' && row.http !== null && ms === globalAgentTimeoutMs
					? [globalAgentEvidence(timeout.at)]
					: []),
				...(firstIn === null && !isConnecting
					? [evidenceItem('process', 'no byte has ever come in', timeout.at)]
					: []),
				...(row.label === null
					? []
					: [evidenceItem('process', `the newest HTTP message: ${row.label}`, timeout.at)]),
				...bufferEvidence(row),
				...lastDataEvidence(row),
				...peerEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** `http.globalAgent.options.timeout`, and that of `https`, since Node 20. */
const globalAgentTimeoutMs = 5000;

const globalAgentEvidence = (at: number) =>
	evidenceItem(
		'process',
		"5 s is the default of Node's global HTTP agent, for requests without a timeout or an agent of their own",
		at,
	);

/** Before the connection was there; one that a resync has reported has no step of it. */
const isNotConnected = ({steps, stage, process}: Row): boolean =>
	!steps.some(({step}) => step === 'connect' || step === 'accept') &&
	(['created', 'lookup', 'connect'].includes(stage) ||
		((stage === 'closed' || stage === 'failed') && !process?.bytesRead && !process?.bytesWritten));
