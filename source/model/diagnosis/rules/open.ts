/** Findings on connections that are open and on which nothing comes, or nothing comes back. */

import type {Evidence, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatBytes} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {stepAt} from '../evidence/data-flow.ts';
import {loopFacts} from '../evidence/event-loop.ts';
import {addressesOf, atLeast, endpoints, fact, look} from '../evidence/wording.ts';

/** Who connects says something sooner, unless it keeps the connection for later; long polls wait for longer. */
const patienceMs = 5000;

const noFirstByte: RowRule = {
	name: 'no-first-byte',
	of: 'row',
	phase: 'read',
	severity: 'info',
	title: 'connected, and nobody has said a word',
	stages: ['accepted', 'open'],
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, pair, now} = situation;
		if (now - row.stageSince < patienceMs || !isUntouched(row)) return null;
		// The accepting side tells it where both are watched.
		if (row.role === 'client' && pair?.role === 'server' && pair.stage !== 'queued') return null;
		const waited = atLeast(now - row.stageSince);
		return {
			operation: 'read',
			...addressesOf(row),
			message: `read ${between(row)}: ${row.role === 'server' ? 'accepted' : 'connected'} for ${waited}, and no byte has passed either way`,
			evidence: [
				fact('process', '0 bytes read, 0 bytes written', row.process?.seenAt ?? row.stageSince),
				...kernelFacts(row),
				...loopFacts(situation.process, now),
			],
			next: look(situation, 'socket'),
		};
	},
};

/** A spare connection that keeps nobody waiting (an agent's, an unref'd one) is none of these. */
function isUntouched({role, stage, process, http, kind}: Row): boolean {
	if (kind === 'udp' || http !== null) return false;
	if (role === 'server') return stage === 'accepted';
	return process?.bytesRead === 0 && process.bytesWritten === 0 && process.referenced === true;
}

const noAnswer: RowRule = {
	name: 'no-answer',
	of: 'row',
	phase: 'read',
	severity: 'info',
	title: 'bytes went one way, and none came back',
	stages: ['open', 'accepted'],
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, pair, now} = situation;
		if (now - Math.max(row.lastActivityAt ?? now, row.stageSince) < patienceMs) return null;
		const asked = askedOf(row);
		if (asked === null || now - asked.at < patienceMs) return null;
		// The side that owes the answer tells it where both are watched.
		if (row.role === 'client' && pair?.role === 'server' && pair.stage !== 'queued') return null;
		const waited = atLeast(now - asked.at);
		return {
			operation: row.role === 'server' ? 'write' : 'read',
			phase: row.role === 'server' ? 'write' : 'read',
			...addressesOf(row),
			message:
				row.role === 'server'
					? `write ${between(row)}: ${asked.what} came in, and nothing has been answered for ${waited}`
					: `read ${between(row)}: ${asked.what} went out, and nothing has come back for ${waited}`,
			evidence: [
				fact('process', `${asked.what} at that time, nothing the other way since`, asked.at),
				...kernelFacts(row),
				...loopFacts(situation.process, now),
				...pairFacts(situation),
			],
			next: look(situation, 'socket'),
		};
	},
};

/** What waits for an answer, and since when. */
function askedOf(row: Row): {what: string; at: number} | null {
	const {role, process, http, kernel, lastActivityAt} = row;
	if (process === null || lastActivityAt === null || row.kind === 'udp') return null;
	// What the other host has not even acknowledged is another story.
	if ((kernel?.sendQ ?? 0) > 0 || (process.writableLength ?? 0) > 0) return null;
	if (http !== null) {
		const isAsking = http.protocol === null && http.open !== null && http.open > 0;
		const at = stepAt(row, 'request');
		if (!isAsking || at === null || at < (stepAt(row, 'response') ?? 0)) return null;
		return {what: `the request ${row.label ?? 'under way'}`, at};
	}

	const [out, back] =
		role === 'server' ? [process.bytesRead, process.bytesWritten] : [process.bytesWritten, process.bytesRead];
	if (out === null || out === 0 || back !== 0) return null;
	const at = stepAt(row, role === 'server' ? 'first-in' : 'first-out') ?? lastActivityAt;
	return {what: `${formatBytes(out)} bytes`, at};
}

const kernelFacts = ({kernel}: Row): Evidence[] => {
	if (kernel === null) return [];
	const {state, recvQ, sendQ, seenAt} = kernel;
	return [fact('kernel', `${state}, Recv-Q ${recvQ ?? 'unknown'}, Send-Q ${sendQ ?? 'unknown'}`, seenAt)];
};

function pairFacts({pair, world, now}: RowSituation): Evidence[] {
	if (pair === null) return [];
	const facts = [
		fact('peer', `the other end is ${pair.stage} here, in ${pair.program || 'a program'}`, pair.stageSince),
	];
	return [...facts, ...loopFacts(world.processOf(pair), now)];
}

/** Of an accepted connection the peer is where it comes from. */
const between = (row: Row): string =>
	row.role === 'server'
		? endpoints({host: null, local: row.peer, peer: row.local}).replace(/^to /, 'at ')
		: endpoints(row);

export const openRules: readonly Rule[] = [noFirstByte, noAnswer];
