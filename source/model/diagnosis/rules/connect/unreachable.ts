/** The kernel or a router refuses the way: no route, a route that leads nowhere, a neighbour that is not there. */

import type {Finding, Next, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Row, RowError} from '../../../../domain/row.ts';
import {addressesOf, endpoints, look} from '../../evidence/wording.ts';
import {
	after,
	command,
	connectError,
	errorFact,
	failedAfterMs,
	internet,
	isLoopback,
	routeFact,
	withSource,
} from './attempt.ts';

const common = {
	of: 'row',
	phase: 'connect',
	severity: 'error',
	stages: ['failed'],
	roles: ['client'],
	isPast: true,
	// The route may still be on its way.
	raiseAfterMs: 500,
	clearAfterMs: 0,
} as const;

export const unreachable: RowRule = {
	...common,
	name: 'connect-unreachable',
	title: 'there is no way to that address',
	find(situation) {
		const failed = failureOf(situation, unreachableCodes);
		return failed === null ? null : findingOf(situation, failed, whyUnreachable(situation));
	},
};

export const prohibited: RowRule = {
	...common,
	name: 'connect-prohibited',
	title: 'the way to that address is prohibited',
	find(situation) {
		const failed = failureOf(situation, prohibitedCodes);
		return failed === null ? null : findingOf(situation, failed, whyProhibited(situation));
	},
};

export const blackhole: RowRule = {
	...common,
	name: 'connect-blackhole',
	title: 'a route of the type blackhole swallows what goes to that address',
	find(situation) {
		const failed = failureOf(situation, invalidCodes);
		if (failed === null) return null;
		const {route} = failed.row;
		const [near, far] = [internet(failed.row.local), internet(failed.row.peer)];
		if (far === null || isUnscoped(far.address)) return null;
		// A loopback source is refused with the same code.
		if (route !== null ? route.error === null : near !== null && isLoopback(near.address)) return null;
		const why =
			route === null
				? 'the kernel calls it invalid, most likely for a blackhole route'
				: `a blackhole route of this host swallows it (${route.error})`;
		return findingOf(situation, failed, {how: 'is not possible', why});
	},
};

export const scopeMissing: RowRule = {
	...common,
	name: 'connect-scope-missing',
	title: 'a link-local address without the link it is on',
	raiseAfterMs: 0,
	find(situation) {
		const failed = failureOf(situation, invalidCodes);
		const far = failed === null ? null : internet(failed.row.peer);
		if (failed === null || far === null || !isUnscoped(far.address)) return null;
		return {
			...findingOf(situation, failed, {
				how: 'is not possible',
				why: 'a link-local address needs its link, as in fe80::1%eth0',
			}),
			next: command(situation, ['ip', '-6', 'neigh', 'show', far.address]),
		};
	},
};

const unreachableCodes: ReadonlySet<string> = new Set([
	'ENETUNREACH',
	'EHOSTUNREACH',
	'ENETDOWN',
	'EHOSTDOWN',
]);
const prohibitedCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);
const invalidCodes: ReadonlySet<string> = new Set(['EINVAL']);

/** Of fe80::/10 (RFC 4291 §2.5.6), without `%` and a link. */
const isUnscoped = (address: string): boolean =>
	/^fe[89ab][0-9a-f]:/i.test(address) && !address.includes('%');

/** Three unanswered questions for a neighbour's hardware address take three seconds (Linux, mcast_solicit, retrans_time_ms). */
const neighbourMs = 2500;

type Failure = {row: Row; error: RowError};
type Why = {how: string; why: string};

/** Of several candidates the race as a whole is told. */
function failureOf({row, failures}: RowSituation, codes: ReadonlySet<string>): Failure | null {
	const error = connectError(row, codes);
	return error === null || failures.length > 1 ? null : {row: withSource(row), error};
}

function whyUnreachable({row}: RowSituation): Why {
	const {route} = row;
	const ms = failedAfterMs(row);
	if (route !== null && route.error !== null) {
		const isUnreachable = /no route to host/i.test(route.error);
		const why = isUnreachable
			? 'a route of the type unreachable leads there'
			: 'this host has no route there';
		return {how: 'is not possible', why: `${why} (${route.error})`};
	}

	const how = `failed as unreachable${after(ms)}`;
	if (route === null) return {how, why: 'the kernel or a router knows no way there'};
	const by = route.dev === null ? '' : ` on ${route.dev}`;
	if (ms !== null && ms >= neighbourMs) {
		return route.gateway === null
			? {how, why: `as far as can be seen from here, nobody${by} has that address`}
			: {how, why: `neither ${route.gateway} nor a router behind it finds that address`};
	}

	return {how, why: 'a router or a firewall on the way answered so, the host itself has a route'};
}

function whyProhibited({row}: RowSituation): Why {
	const {route, peer} = row;
	if (peer !== null && 'path' in peer) {
		return {how: 'is not allowed', why: 'the user of this process may not write to that socket'};
	}

	if (route !== null && route.error !== null) {
		return {how: 'is not allowed', why: `a route of this host prohibits it (${route.error})`};
	}

	return {
		how: `was prohibited${after(failedAfterMs(row))}`,
		why: 'as far as can be seen from here, a firewall or a router on the way does not allow it',
	};
}

function findingOf(situation: RowSituation, {row, error}: Failure, {how, why}: Why): Finding {
	return {
		operation: 'connect',
		...addressesOf(row),
		message: `connect ${endpoints(row)} ${how}: ${why}`,
		evidence: [errorFact(row, error), ...routeFact(situation)],
		next: nextOf(situation, row),
	};
}

/** A neighbour that does not answer is in the kernel's table of neighbours. */
function nextOf(situation: RowSituation, {peer, route}: Row): Next {
	if (peer !== null && 'path' in peer) return command(situation, ['ls', '-l', '--', peer.path]);
	const ms = failedAfterMs(situation.row);
	const hop = route?.gateway ?? internet(peer)?.address ?? null;
	return route !== null && route.error === null && hop !== null && ms !== null && ms >= neighbourMs
		? command(situation, ['ip', 'neigh', 'show', hop])
		: look(situation, 'route');
}
