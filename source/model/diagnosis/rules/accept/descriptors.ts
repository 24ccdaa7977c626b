/** Descriptors: each socket is one, and a process may have only so many. */

import type {Evidence, Finding, ProcessRule, World} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatPerSecond} from '../../../../domain/format.ts';
import type {ProcessRow} from '../../../../domain/row.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {demandsOf, lackingDescriptors, threadKey, unmetAt, unmetOf} from '../../evidence/row-groups.ts';
import {countOf, fact} from '../../evidence/wording.ts';

/** From this part of the limit on. */
const lowFrom = 0.9;

type Use = {used: number; limit: number; at: number};

/** Threads share them: the main one tells. */
function usageOf({thread, state, load}: ProcessRow): Use | null {
	if (thread !== 0 || load?.fds == null || load.fdLimit === null || load.fdLimit === 0) return null;
	if (state !== 'running' && state !== 'unhooked') return null;
	return {used: load.fds, limit: load.fdLimit, at: load.at};
}

export const low: ProcessRule = {
	name: 'descriptors-low',
	of: 'process',
	phase: 'accept',
	severity: 'warn',
	title: 'nearly all descriptors are in use',
	// Two looks at /proc, which are a second apart.
	raiseAfterMs: 1000,
	clearAfterMs: 3000,
	find({process, world}) {
		const use = usageOf(process);
		if (use === null || use.used < use.limit * lowFrom || use.used >= use.limit) return null;
		return describe(process, world, use, 'is near its end');
	},
};

export const exhausted: ProcessRule = {
	name: 'descriptors-exhausted',
	of: 'process',
	phase: 'accept',
	severity: 'error',
	title: 'no descriptor is left for another socket',
	raiseAfterMs: 0,
	clearAfterMs: 3000,
	find({process, world}) {
		const use = usageOf(process);
		if (use === null || use.used < use.limit) return null;
		const finding = describe(process, world, use, 'has no descriptor for another connection');
		// A connect() that fails for it is told at its row.
		const isTold = finding.operation === 'connect' && world.once(lackingDescriptors).has(process.proc);
		return isTold ? {...finding, severity: 'info'} : finding;
	},
};

function describe(process: ProcessRow, world: World, {used, limit, at}: Use, what: string): Finding {
	const program = sanitize(process.program) || `pid ${process.pid}`;
	const [listener = null] = world.once(demandsOf).get(threadKey(process))?.listeners ?? [];
	const where = listener === null ? `connect in ${program}` : `accept at ${formatAddress(listener.local)}`;
	const summary = process.netns === null ? undefined : world.kernel.get(process.netns);
	const opens = summary?.rates?.passiveOpens ?? null;
	const accepts = listener?.acceptQueue?.acceptedPerSecond ?? null;
	const evidence: Evidence[] = [
		fact('load', `${used} descriptors are open, the soft limit is ${limit}`, at),
		fact('process', `${countOf(process.rows, 'socket')} of its main thread are rows here`, at),
	];
	if (summary !== undefined && opens !== null && accepts !== null && opens > accepts) {
		const completed = `the kernel completes ${formatPerSecond(opens)} connections a second in this namespace, of whichever program`;
		evidence.push(
			fact('counters', `${completed}, JavaScript is given here ${formatPerSecond(accepts)}`, summary.at),
		);
	}

	const unmet = listener === null ? [] : unmetAt(world.once(unmetOf), listener);
	const last = unmet.at(-1);
	if (last !== undefined) {
		const ends = `the last one ${formatAddress(last.local)}`;
		const made = `${countOf(unmet.length, 'watched connection')} to it were made, and have ended without reaching JavaScript`;
		evidence.push(fact('peer', `${made}, ${ends}`, last.closedAt ?? at));
	}

	return {
		operation: listener === null ? 'connect' : 'accept',
		local: listener?.local ?? null,
		peer: null,
		message: `${where} ${what}: ${program} has ${used} of ${limit} open`,
		evidence,
		next: {argv: ['ls', '-l', `/proc/${process.pid}/fd`]},
	};
}
