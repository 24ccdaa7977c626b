/** Descriptors: each socket needs one, and their number in a process is limited. */

import type {Evidence, Finding, ProcessRule, RuleFacts} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatPerSecond} from '../../../../domain/format.ts';
import type {ProcessRow} from '../../../../domain/row.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {
	pendingWorkByThread,
	processesOutOfDescriptors,
	threadKey,
	unpairedClients,
	unpairedClientsOf,
} from '../../evidence/row-groups.ts';
import {countText, evidenceItem} from '../../evidence/wording.ts';

/** Share of the limit from which the finding is raised. */
const lowShare = 0.9;

type DescriptorUse = {used: number; limit: number; at: number};

/** Threads share descriptors: the finding is the main thread's. */
function descriptorUseOf({thread, state, load}: ProcessRow): DescriptorUse | null {
	if (thread !== 0 || load?.fds == null || load.fdLimit === null || load.fdLimit === 0) return null;
	if (state !== 'running' && state !== 'unhooked') return null;
	return {used: load.fds, limit: load.fdLimit, at: load.at};
}

export const descriptorsLow: ProcessRule = {
	name: 'descriptors-low',
	scope: 'process',
	phase: 'accept',
	severity: 'warn',
	title: 'nearly all descriptors are in use',
	// Two reads of /proc, one second apart.
	raiseAfterMs: 1000,
	clearAfterMs: 3000,
	find({process, facts}) {
		const use = descriptorUseOf(process);
		if (use === null || use.used < use.limit * lowShare || use.used >= use.limit) return null;
		return descriptorFinding(process, facts, use, 'is near its end');
	},
};

export const descriptorsExhausted: ProcessRule = {
	name: 'descriptors-exhausted',
	scope: 'process',
	phase: 'accept',
	severity: 'error',
	title: 'no descriptor is left for another socket',
	raiseAfterMs: 0,
	clearAfterMs: 3000,
	find({process, facts}) {
		const use = descriptorUseOf(process);
		if (use === null || use.used < use.limit) return null;
		const finding = descriptorFinding(process, facts, use, 'has no descriptor for another connection');
		// A connect() that failed for it has a finding on its row.
		const isReportedAtRow =
			finding.operation === 'connect' && facts.cached(processesOutOfDescriptors).has(process.proc);
		return isReportedAtRow ? {...finding, severity: 'info'} : finding;
	},
};

function descriptorFinding(
	process: ProcessRow,
	facts: RuleFacts,
	{used, limit, at}: DescriptorUse,
	state: string,
): Finding {
	const program = sanitize(process.program) || `pid ${process.pid}`;
	const [listener = null] = facts.cached(pendingWorkByThread).get(threadKey(process))?.listeners ?? [];
	const where = listener === null ? `connect in ${program}` : `accept at ${formatAddress(listener.local)}`;
	const summary = process.netns === null ? undefined : facts.kernelSummaries.get(process.netns);
	const opens = summary?.rates?.passiveOpens ?? null;
	const accepts = listener?.acceptQueue?.acceptedPerSecond ?? null;
	const evidence: Evidence[] = [
		evidenceItem('load', `${used} descriptors are open, the soft limit is ${limit}`, at),
		evidenceItem('process', `${countText(process.rows, 'socket')} of its main thread are rows here`, at),
	];
	if (summary !== undefined && opens !== null && accepts !== null && opens > accepts) {
		const completed = `the kernel completes ${formatPerSecond(opens)} connections a second in this namespace, of whichever program`;
		evidence.push(
			evidenceItem(
				'counters',
				`${completed}, JavaScript is given here ${formatPerSecond(accepts)}`,
				summary.at,
			),
		);
	}

	const unpaired = listener === null ? [] : unpairedClientsOf(facts.cached(unpairedClients), listener);
	const last = unpaired.at(-1);
	if (last !== undefined) {
		const ends = `the last one ${formatAddress(last.local)}`;
		const madeText = `${countText(unpaired.length, 'watched connection')} to it were made, and have ended without reaching JavaScript`;
		evidence.push(evidenceItem('peer', `${madeText}, ${ends}`, last.closedAt ?? at));
	}

	return {
		operation: listener === null ? 'connect' : 'accept',
		local: listener?.local ?? null,
		peer: null,
		message: `${where} ${state}: ${program} has ${used} of ${limit} open`,
		evidence,
		next: {argv: ['ls', '-l', `/proc/${process.pid}/fd`]},
	};
}
