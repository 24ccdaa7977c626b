/** A lookup that failed: the name has no address, or no server answers. */

import type {Finding, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {
	descriptorEvidence,
	descriptorsNextStep,
	lacksDescriptor,
	noDescriptorCodes,
} from '../../evidence/descriptors.ts';
import {
	lookupNameOf,
	loopRunMs,
	nameserversText,
	newestLookup,
	resolverEvidence,
} from '../../evidence/lookups.ts';
import {endpointFields, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** Codes of getaddrinfo (as renamed by Node) and c-ares for a name that is unknown, or has no address. */
const unknownNameCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

/** Node's permission model: see permission-denied. */
const accessDenied = 'ERR_ACCESS_DENIED';

export const nameNotFound: RowRule = {
	name: 'name-not-found',
	scope: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the name has no address',
	stages: ['failed'],
	roles: null,
	isEvent: true,
	// What lacks a descriptor in the same moment may be reported later.
	raiseAfterMs: 500,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		if (row.error?.operation !== 'lookup' || !unknownNameCodes.has(row.error.code)) return null;
		const tookMs = lookupDurationMs(context);
		if (lacksDescriptor(context, tookMs)) return noDescriptorFinding(context, tookMs);
		const after = tookMs === null ? '' : ` after ${formatMs(tookMs)}`;
		return lookupFailureFinding(
			context,
			`lookup of ${lookupNameOf(row)} was answered${after}: there is no such name, or it has no address`,
		);
	},
};

/** A server takes longer to answer, in ms. */
const certainlyUnaskedMs = 20;

/** No server was asked, and the next step is not to ask one. */
function noDescriptorFinding(context: RowContext, tookMs: number | null): Finding {
	const {row, process} = context;
	const tookText = tookMs === null ? '' : ` (${formatMs(tookMs)})`;
	// A server may have answered within a longer time.
	const certainty = tookMs === null || tookMs > certainlyUnaskedMs ? ', as far as can be seen' : '';
	const found = lookupFailureFinding(
		context,
		`lookup of ${lookupNameOf(row)} was not possible${tookText}: the process had no descriptor left to ask with${certainty}, and nothing is known of the name`,
	);
	return {
		...found,
		evidence: [...found.evidence.slice(0, 1), ...descriptorEvidence(process)],
		next: descriptorsNextStep(row),
	};
}

/** A failure sooner than this includes no timeout of a name server, in ms. */
const immediateFailureMs = 900;

export const resolverFailing: RowRule = {
	name: 'resolver-failing',
	scope: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the servers for names give no answer',
	stages: ['failed'],
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		if (row.error?.operation !== 'lookup' || unknownNameCodes.has(row.error.code)) return null;
		if (row.error.code === accessDenied) return null;
		const tookMs = lookupDurationMs(context);
		if (noDescriptorCodes.has(row.error.code) || lacksDescriptor(context, tookMs))
			return noDescriptorFinding(context, tookMs);
		const why = failureText(row.error.code, tookMs, context);
		const servers = isGetaddrinfo(context) ? nameserversText(context) : '';
		return lookupFailureFinding(context, `lookup of ${lookupNameOf(row)} failed ${why}${servers}`);
	},
};

/** Failures with an unambiguous code, most of them of c-ares. */
const caresErrorTexts: ReadonlyMap<string, string> = new Map([
	['ESERVFAIL', 'a server said that it cannot answer (SERVFAIL)'],
	['EREFUSED', 'a server refused to answer (REFUSED)'],
	['ECONNREFUSED', 'no server listens there'],
	['ETIMEOUT', 'no server answered'],
	['ECANCELLED', 'it was called off'],
	['EAI_FAIL', 'a server said that it cannot answer, for good'],
]);

/** EAI_AGAIN covers SERVFAIL, an unreachable server and silence: only the duration distinguishes them. */
function failureText(code: string, tookMs: number | null, {process}: RowContext): string {
	if (tookMs === null) return `with ${code}`;
	const after = `after ${formatMs(tookMs)}`;
	const reason = caresErrorTexts.get(code);
	if (reason !== undefined) return `${after}: ${reason}`;
	if (code !== 'EAI_AGAIN') return `with ${code} ${after}`;
	if (tookMs < immediateFailureMs) {
		return `almost at once, ${after}: the servers cannot be reached, or said that they cannot answer`;
	}

	const resolverTimeoutMs = process?.resolver?.timeoutMs ?? null;
	return resolverTimeoutMs !== null && tookMs >= resolverTimeoutMs - timerSlackMs
		? `${after}: no server answered within ${formatMs(resolverTimeoutMs)}`
		: `${after}: a server said so late that it cannot answer, or none answered`;
}

/** A lookup's start lies between two reads of the clock: its duration is inaccurate by this, in ms. */
const timerSlackMs = 20;

/** Duration of an ended lookup in ms, without the time in which the event loop was blocked. */
function lookupDurationMs({row, process}: RowContext): number | null {
	const lookup = newestLookup(row);
	const until = lookup?.end?.at ?? row.closedAt;
	if (lookup === null || until === null) return null;
	return loopRunMs(lookup.start.at, until, process?.blocked ?? []);
}

function lookupFailureFinding(context: RowContext, message: string): Finding {
	const {row, process} = context;
	const at = row.closedAt ?? row.openedAt;
	const errorText = row.error === null ? 'the lookup failed' : `${row.error.code}: ${row.error.message}`;
	return {
		operation: 'lookup',
		...endpointFields(row),
		message,
		evidence: [
			evidenceItem('process', errorText, at),
			...(isGetaddrinfo(context) ? resolverEvidence(process, lookupNameOf(row), at) : []),
		],
		next: nextCommand(context, 'name'),
	};
}

/** A `lookup` function of the program's own asks servers of its own. */
const isGetaddrinfo = ({row}: Pick<RowContext, 'row'>): boolean =>
	row.error?.message.startsWith('getaddrinfo ') ?? false;
