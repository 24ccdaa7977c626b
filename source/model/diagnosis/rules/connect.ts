/** Findings of the phase `connect`: an attempt was refused, got no answer, or took a way that it should not. */
import {addressesOf, endpoints, fact, look} from '../say.ts';
import type {RowRule, Rule} from '../types.ts';

/** RST for SYN: somebody is there and nobody listens on this port. */
const refused: RowRule = {
	name: 'connect-refused',
	of: 'row',
	phase: 'connect',
	severity: 'error',
	title: 'nobody listens on that port',
	stages: ['failed'],
	roles: ['client'],
	isPast: true,
	// The listeners of the namespace and the route may still be on their way.
	raiseAfterMs: 500,
	clearAfterMs: 0,
	find(situation) {
		const {row} = situation;
		const {error} = row;
		if (error?.code !== 'ECONNREFUSED' || error.operation !== 'connect') return null;
		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} was refused at once: nobody listens there`,
			evidence: [fact('process', `${error.code}: ${error.message}`, row.closedAt ?? row.openedAt)],
			next: look(situation, 'listeners'),
		};
	},
};

export const connectRules: readonly Rule[] = [refused];
