/** Processes without a free descriptor: what else fails in them at that moment has the same cause. */
import type {Evidence, NextStep, RowContext, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {ProcessRow, Row} from '../../../domain/row.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';
import {evidenceItem} from './wording.ts';

/** EMFILE of the process, ENFILE of the host. */
export const noDescriptorCodes: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** A lookup without a descriptor fails this soon, in ms, on a busy machine too. */
const unaskedMs = 1000;
/** Another failure counts as one of the same moment within this time, in ms. */
const sameMomentMs = 2000;
/** So few free descriptors are too few for a lookup, which opens files and a socket for each server. */
const fewFree = 2;

/**
 * Whether a failed lookup had no descriptor to ask with: getaddrinfo() then answers as if there were no such name.
 *
 * @param tookMs duration of the lookup; null where it is unknown
 */
export function lacksDescriptor({row, process, facts}: RowContext, tookMs: number | null): boolean {
	if (tookMs === null || tookMs > unaskedMs || row.pid === null) return false;
	const at = row.closedAt ?? row.openedAt;
	const load = process?.load ?? null;
	const isFull =
		load !== null &&
		load.fds !== null &&
		load.fdLimit !== null &&
		load.fdLimit - load.fds <= fewFree &&
		Math.abs(load.at - at) <= sameMomentMs;
	const failures = facts.cached(descriptorFailuresByPid).get(row.pid) ?? [];
	return isFull || failures.some(time => Math.abs(time - at) <= sameMomentMs);
}

/** The times at which sockets of each process failed for want of a descriptor. */
function descriptorFailuresByPid({rows}: Pick<RuleFacts, 'rows'>): ReadonlyMap<number, readonly number[]> {
	const failures = new Map<number, number[]>();
	for (const {pid, error, closedAt, openedAt} of rows.values()) {
		if (pid === null || error === null || !noDescriptorCodes.has(error.code)) continue;
		getOrCreate(failures, pid, () => []).push(closedAt ?? openedAt);
	}

	return failures;
}

/** The descriptors of the process as of its last load report; none where it has not reported them. */
export function descriptorEvidence(process: ProcessRow | null): Evidence[] {
	const load = process?.load ?? null;
	if (load === null || load.fds === null) return [];
	const text = `${load.fds} of ${load.fdLimit ?? 'unlimited'} descriptors are open`;
	return [evidenceItem('load', text, load.at)];
}

/** Lists the descriptors of the row's process. */
export const descriptorsNextStep = ({pid}: Pick<Row, 'pid'>): NextStep =>
	pid === null
		? {advice: 'raise the limit of open files (ulimit -n)'}
		: {argv: ['ls', '-l', `/proc/${pid}/fd`]};
