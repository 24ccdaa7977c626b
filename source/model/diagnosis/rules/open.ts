/** Findings on open connections without any traffic, or without an answer. */

import type {Evidence, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatBytes} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {lastStepAt} from '../evidence/data-flow.ts';
import {loopEvidence} from '../evidence/event-loop.ts';
import {atLeastText, endpointFields, endpointsText, evidenceItem, nextCommand} from '../evidence/wording.ts';

/** A client sends its first bytes sooner, unless the connection is a spare one; long polls wait longer. */
const quietFromMs = 5000;

const noFirstByte: RowRule = {
	name: 'no-first-byte',
	scope: 'row',
	phase: 'read',
	severity: 'info',
	title: 'connected, and neither side has sent a byte',
	stages: ['accepted', 'open'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, pair, now} = context;
		if (now - row.stageSince < quietFromMs || !hasNoTraffic(row)) return null;
		// Where both ends are watched, the finding is the accepting side's.
		if (row.role === 'client' && pair?.role === 'server' && pair.stage !== 'queued') return null;
		const waitedText = atLeastText(now - row.stageSince);
		return {
			operation: 'read',
			...endpointFields(row),
			message: `read ${orientedEndpointsText(row)}: ${row.role === 'server' ? 'accepted' : 'connected'} for ${waitedText}, and no byte has passed either way`,
			evidence: [
				evidenceItem('process', '0 bytes read, 0 bytes written', row.process?.seenAt ?? row.stageSince),
				...kernelEvidence(row),
				...loopEvidence(context.process, now),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** No byte has passed, and the connection is no spare one (an agent's, or an unref'd one). */
function hasNoTraffic({role, stage, process, http, kind}: Row): boolean {
	if (kind === 'udp' || http !== null) return false;
	if (role === 'server') return stage === 'accepted';
	return process?.bytesRead === 0 && process.bytesWritten === 0 && process.referenced === true;
}

const noAnswer: RowRule = {
	name: 'no-answer',
	scope: 'row',
	phase: 'read',
	severity: 'info',
	title: 'bytes went one way, and none came back',
	stages: ['open', 'accepted'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, pair, now} = context;
		if (now - Math.max(row.lastActivityAt ?? now, row.stageSince) < quietFromMs) return null;
		const request = pendingRequestOf(row);
		if (request === null || now - request.at < quietFromMs) return null;
		// Where both ends are watched, the finding is the side's that owes the answer.
		if (row.role === 'client' && pair?.role === 'server' && pair.stage !== 'queued') return null;
		const waitedText = atLeastText(now - request.at);
		return {
			operation: row.role === 'server' ? 'write' : 'read',
			phase: row.role === 'server' ? 'write' : 'read',
			...endpointFields(row),
			message:
				row.role === 'server'
					? `write ${orientedEndpointsText(row)}: ${request.what} came in, and nothing has been answered for ${waitedText}`
					: `read ${orientedEndpointsText(row)}: ${request.what} went out, and nothing has come back for ${waitedText}`,
			evidence: [
				evidenceItem('process', `${request.what} at that time, nothing the other way since`, request.at),
				...kernelEvidence(row),
				...loopEvidence(context.process, now),
				...pairEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** The request or bytes without an answer, and their time. */
function pendingRequestOf(row: Row): {what: string; at: number} | null {
	const {role, process, http, kernel, lastActivityAt} = row;
	if (process === null || lastActivityAt === null || row.kind === 'udp') return null;
	// Unsent and unacknowledged bytes are covered by other rules.
	if ((kernel?.sendQ ?? 0) > 0 || (process.writableLength ?? 0) > 0) return null;
	if (http !== null) {
		const isAsking = http.protocol === null && http.open !== null && http.open > 0;
		const at = lastStepAt(row, 'request');
		if (!isAsking || at === null || at < (lastStepAt(row, 'response') ?? 0)) return null;
		return {what: `the request ${row.label ?? 'under way'}`, at};
	}

	const [out, back] =
		role === 'server' ? [process.bytesRead, process.bytesWritten] : [process.bytesWritten, process.bytesRead];
	if (out === null || out === 0 || back !== 0) return null;
	const at = lastStepAt(row, role === 'server' ? 'first-in' : 'first-out') ?? lastActivityAt;
	return {what: `${formatBytes(out)} bytes`, at};
}

const kernelEvidence = ({kernel}: Row): Evidence[] => {
	if (kernel === null) return [];
	const {state, recvQ, sendQ, seenAt} = kernel;
	return [
		evidenceItem('kernel', `${state}, Recv-Q ${recvQ ?? 'unknown'}, Send-Q ${sendQ ?? 'unknown'}`, seenAt),
	];
};

function pairEvidence({pair, facts, now}: RowContext): Evidence[] {
	if (pair === null) return [];
	const evidence = [
		evidenceItem(
			'peer',
			`the other end is ${pair.stage} here, in ${pair.program || 'a program'}`,
			pair.stageSince,
		),
	];
	return [...evidence, ...loopEvidence(facts.threadOf(pair), now)];
}

/** For an accepted connection: "at" the own address "from" the peer's. */
const orientedEndpointsText = (row: Row): string =>
	row.role === 'server'
		? endpointsText({host: null, local: row.peer, peer: row.local}).replace(/^to /, 'at ')
		: endpointsText(row);

export const openRules: readonly Rule[] = [noFirstByte, noAnswer];
