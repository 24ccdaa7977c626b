/** Connections that the program made and never ended. */

import type {RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {ProcessRow} from '../../../domain/row.ts';
import {lastStepAt} from '../evidence/data-flow.ts';
import {isHttpAtRest} from '../evidence/http-use.ts';
import {closeReason, endpointFields, endpointsText, evidenceItem} from '../evidence/wording.ts';

/** A connection with traffic this recent was in use at process.exit(), in ms. */
const recentUseMs = 1000;

const leakedAtExit: RowRule = {
	name: 'leaked-at-exit',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'not ended: it was open when the process exited',
	stages: ['closed', 'lingering'],
	roles: ['client'],
	isEvent: true,
	// The end of the process is reported slightly after the ends of its sockets.
	raiseAfterMs: 250,
	clearAfterMs: 0,
	find({row, process}) {
		if (row.kind === 'udp' || closeReason(row) !== 'exit' || !isVoluntaryExit(process)) return null;
		if (row.process?.referenced !== true || row.process.pending === true || isHttpAtRest(row)) return null;
		// A connection at rest waits in its agent for the next request. Behind end(), it waits for the peer.
		if (lastStepAt(row, 'local-end') !== null) return null;
		const {closedAt, openedAt, lastActivityAt, site, http, label} = row;
		const end = closedAt ?? openedAt;
		const idleMs = end - Math.max(lastActivityAt ?? 0, openedAt);
		const isBusy = http?.open != null && http.open > 0 && http.protocol === null;
		const isInUse = isBusy || idleMs < recentUseMs;
		const use = isBusy
			? `with ${label ?? 'a request'} under way`
			: `idle for ${formatMs(idleMs)}${lastActivityAt === null ? ', no byte ever passed' : ''}`;
		return {
			severity: isInUse ? 'info' : 'warn',
			operation: 'destroy',
			...endpointFields(row),
			message: `destroy by the end of the process: the connection ${endpointsText(row)}${site === null ? '' : `, made at ${site},`} was still open and referenced`,
			evidence: [
				evidenceItem('process', `open for ${formatMs(end - openedAt)}, ${use}`, end),
				evidenceItem(
					'process',
					"referenced, not in an agent's pool, neither end() nor destroy() was called",
					row.process.seenAt,
				),
				evidenceItem('process', exitText(process), process?.endedAt ?? end),
			],
			next: {
				advice: `end() ${site === null ? 'such a connection' : `what is made at ${site}`} once it is not needed, or unref() what may not keep the process alive`,
			},
		};
	},
};

/** The main thread reported its exit, without a signal: the program had time to close its connections. */
function isVoluntaryExit(process: ProcessRow | null): boolean {
	if (process === null || process.wrapper || process.thread !== 0) return false;
	return process.state === 'exited' && process.signal === null;
}

const exitText = (process: ProcessRow | null): string =>
	process?.exitCode == null
		? 'the process exited by itself'
		: `the process exited by itself, with code ${process.exitCode}`;

export const leakRules: readonly Rule[] = [leakedAtExit];
