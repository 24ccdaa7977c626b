/** The inactivity timer that the program has set has fired. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {bufferFact, lastDataFact, peerFacts, stepAt} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';

/** A connection that lives on after it is of interest for so long. */
const recentMs = 30_000;

export const inactivityTimeout: RowRule = {
	name: 'inactivity-timeout',
	of: 'row',
	phase: 'idle',
	severity: 'info',
	title: 'nothing passed for as long as the program allows',
	stages: null,
	roles: ['client', 'server'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, now} = situation;
		const timeout = row.steps.findLast(({step}) => step === 'timeout');
		if (timeout === undefined) return null;
		const close = row.steps.findLast(({step}) => step === 'close');
		const isDestroyed = close !== undefined && close.fields.reason === 'timeout';
		const isAsked = (row.http?.open ?? 0) > 0;
		// A server's keep-alive timer, or a pool's, closes what rests: that is what it is for.
		if (row.http?.open === 0) return null;
		if (!isDestroyed && now - timeout.at > recentMs) return null;
		const {ms} = timeout.fields;
		const after = typeof ms === 'number' && ms > 0 ? ` after ${formatMs(ms)} without a byte` : '';
		// By end() it is left to the other side, which has ended it as well.
		const isEnded = isDestroyed && (stepAt(row, 'local-end') ?? 0) >= timeout.at;
		const did = isEnded ? 'the program ended it' : 'the program destroyed it';
		const end = isDestroyed
			? `${did}${isAsked ? ' with a request under way' : ''}`
			: 'the connection goes on';
		const operation = isEnded ? 'shutdown' : isDestroyed ? 'destroy' : 'read';
		const firstIn = stepAt(row, 'first-in');
		return {
			...(isDestroyed && isAsked ? {severity: 'warn'} : {}),
			operation,
			...addressesOf(row),
			message: `${operation}: the inactivity timer of the connection ${endpoints(row)} fired${after}, ${end}`,
			evidence: [
				fact('process', `'timeout' was emitted${after}`, timeout.at),
				...(firstIn === null ? [fact('process', 'no byte has ever come in', timeout.at)] : []),
				...(row.label === null ? [] : [fact('process', `the newest HTTP message: ${row.label}`, timeout.at)]),
				...bufferFact(row),
				...lastDataFact(row),
				...peerFacts(situation),
			],
			next: look(situation, 'socket'),
		};
	},
};
