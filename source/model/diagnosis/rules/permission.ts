/** Node's own permission model (`--permission`), which since Node 25 covers the network. */
import type {Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {operations} from '../../../domain/operation.ts';
import {endpointFields, endpointsText, evidenceItem} from '../evidence/wording.ts';

const permissionDenied: Rule = {
	name: 'permission-denied',
	scope: 'row',
	phase: 'connect',
	severity: 'error',
	title: "Node's permission model does not allow the network",
	stages: ['failed'],
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find({row}) {
		const {error} = row;
		if (error?.code !== 'ERR_ACCESS_DENIED') return null;
		const operation = operations.find(each => each === error.operation) ?? 'connect';
		// listen() throws before it has an address.
		const where =
			row.local === null && row.peer === null && row.host === null ? '' : ` ${endpointsText(row)}`;
		return {
			phase: error.phase,
			operation,
			...endpointFields(row),
			message: `${operation}${where} was not allowed by Node's permission model: the process runs with --permission and without --allow-net`,
			evidence: [evidenceItem('process', `${error.code}: ${error.message}`, row.closedAt ?? row.openedAt)],
			next: {advice: 'start it with --allow-net as well, or without --permission'},
		};
	},
};

export const permissionRules: readonly Rule[] = [permissionDenied];
