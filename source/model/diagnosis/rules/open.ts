/** Findings on connections that are open and on which nothing comes, or nothing comes back. */

import type {Evidence, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatBytes} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {lastStepAt} from '../evidence/data-flow.ts';
import {loopEvidence} from '../evidence/event-loop.ts';
import {atLeastText, endpointFields, endpointsText, evidenceItem, nextCommand} from '../evidence/wording.ts';

/** Who connects says something sooner, unless it keeps the connection for later; long polls wait for longer. */
const quietFromMs = 5000;

const noFirstByte: RowRule = {
	name: 'no-first-byte',
	scope: 'row',
	phase: 'read',
	severity: 'info',
	title: 'connected, and nobody has said a word',
	stages: ['accepted', 'open'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, pair, now} = context;
		if (now - row.stageSince < quietFromMs || !hasNoTraffic(row)) return null;
		// The accepting side tells it where both are watched.
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

/** A spare connection that keeps nobody waiting (an agent's, an unref'd one) is none of these. */
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
		// The side that owes the answer tells it where both are watched.
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

/** What waits for an answer, and since when. */
function pendingRequestOf(row: Row): {what: string; at: number} | null {
	const {role, process, http, kernel, lastActivityAt} = row;
	if (process === null || lastActivityAt === null || row.kind === 'udp') return null;
	// What the other host has not even acknowledged is another story.
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

/** Of an accepted connection the peer is where it comes from. */
const orientedEndpointsText = (row: Row): string =>
	row.role === 'server'
		? endpointsText({host: null, local: row.peer, peer: row.local}).replace(/^to /, 'at ')
		: endpointsText(row);

export const openRules: readonly Rule[] = [noFirstByte, noAnswer];
