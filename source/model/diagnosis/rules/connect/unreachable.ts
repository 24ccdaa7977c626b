/** The kernel or a router rejects the destination: no route, a rejecting route, or an absent neighbour. */

import {broadcastAddressOf, isMulticast, normalizeAddress} from '../../../../domain/address.ts';
import type {Finding, NextStep, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {gatewayText, isLinkLocal} from '../../../../domain/route.ts';
import type {Row, RowError} from '../../../../domain/row.ts';
import type {InterfaceView} from '../../../../domain/view/namespace.ts';
import {commandInNamespace, endpointFields, endpointsText, nextCommand} from '../../evidence/wording.ts';
import {
	afterText,
	connectError,
	downDeviceEvidence,
	downDeviceOf,
	errorEvidence,
	failedAfterMs,
	familyOf,
	inetAddress,
	isLoopback,
	routeEvidence,
	withSourceFromError,
} from './attempt.ts';

const common = {
	scope: 'row',
	phase: 'connect',
	severity: 'error',
	stages: ['failed'],
	roles: ['client'],
	isEvent: true,
	// The route may not have been read yet.
	raiseAfterMs: 500,
	clearAfterMs: 0,
} as const;

export const connectUnreachable: RowRule = {
	...common,
	name: 'connect-unreachable',
	title: 'there is no way to that address',
	find(context) {
		const failed = failureOf(context, unreachableCodes);
		return failed === null ? null : unreachableFinding(context, failed, explainUnreachable(context));
	},
};

export const connectProhibited: RowRule = {
	...common,
	name: 'connect-prohibited',
	title: 'the way to that address is prohibited',
	find(context) {
		const failed = failureOf(context, prohibitedCodes);
		return failed === null ? null : unreachableFinding(context, failed, explainProhibited(context));
	},
};

export const connectBlackhole: RowRule = {
	...common,
	name: 'connect-blackhole',
	title: 'a route or a rule of the type blackhole swallows what goes to that address',
	find(context) {
		const failed = failureOf(context, invalidCodes);
		if (failed === null) return null;
		const {route} = failed.row;
		const [localAddress, peerAddress] = [inetAddress(failed.row.local), inetAddress(failed.row.peer)];
		if (peerAddress === null || isLinkLocalWithoutScope(peerAddress.address)) return null;
		// A loopback source is refused with the same code.
		if (route !== null ? route.error === null : localAddress !== null && isLoopback(localAddress.address))
			return null;
		const why =
			route === null
				? 'the kernel calls it invalid, most likely for a blackhole route'
				: `a route or a rule of this host, of the type blackhole, swallows it (${route.error})`;
		return unreachableFinding(context, failed, {how: 'is not possible', why});
	},
};

export const connectScopeMissing: RowRule = {
	...common,
	name: 'connect-scope-missing',
	title: 'a link-local address without the link it is on, or with one that is not there',
	// The interfaces may not have been read yet.
	raiseAfterMs: 500,
	find(context) {
		const failed = failureOf(context, invalidCodes);
		const peerAddress = failed === null ? null : inetAddress(failed.row.peer);
		if (failed === null || peerAddress === null || !isLinkLocalWithoutScope(peerAddress.address)) return null;
		const zone = unknownZone(context, failed);
		const why =
			zone === null
				? 'a link-local address needs its link, as in fe80::1%eth0'
				: `there is no link called ${zone}`;
		return {
			...unreachableFinding(context, failed, {how: 'is not possible', why}),
			next: commandInNamespace(
				context,
				zone === null ? ['ip', '-6', 'neigh', 'show', peerAddress.address] : ['ip', '-br', 'link', 'show'],
			),
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

/** An address in fe80::/10 (RFC 4291 §2.5.6) without `%` and a link. */
const isLinkLocalWithoutScope = (address: string): boolean =>
	isLinkLocal(normalizeAddress(address)) && !address.includes('%');

/** Routes and rules of the types prohibit and blackhole refuse with these. */
const refusedByType = (code: string): boolean => prohibitedCodes.has(code) || invalidCodes.has(code);

const familyFlag = (peer: Row['peer']): '-4' | '-6' => {
	const address = inetAddress(peer);
	return address !== null && familyOf(address) === 'IPv6' ? '-6' : '-4';
};

/** A multicast or broadcast address in words; null for an address of one host. */
function groupAddressText({row, facts}: RowContext): string | null {
	const address = normalizeAddress(inetAddress(row.peer)?.address ?? '');
	if (isMulticast(address)) return 'a multicast address';
	const interfaces = row.netns === null ? undefined : facts.interfaces.get(row.netns);
	const isOfInterface = (interfaces ?? []).some(({addresses}) =>
		addresses.some(withPrefix => broadcastAddressOf(withPrefix) === address),
	);
	return address === '255.255.255.255' || isOfInterface ? 'a broadcast address' : null;
}

/** "connect EINVAL fe80::1%eth7:443": Node's message has the zone, which the address of the socket has not. */
const zoneInMessage = /%([\w.-]{1,32}):\d{1,5}(?: |$)/;

/** The named link, where the interface table has none of that name. */
function unknownZone({row, facts}: RowContext, {error}: Failure): string | null {
	const zone = zoneInMessage.exec(error.message)?.[1];
	const interfaces = row.netns === null ? undefined : facts.interfaces.get(row.netns);
	if (zone === undefined || interfaces === undefined) return null;
	return interfaces.some(({name, index}) => name === zone || String(index) === zone) ? null : zone;
}

/** Three unanswered neighbour solicitations take three seconds (Linux, mcast_solicit, retrans_time_ms). */
const neighborTimeoutMs = 2500;

type Failure = {row: Row; error: RowError};
/** `down` is the device whose state explains it. */
type Explanation = {how: string; why: string; down?: InterfaceView};

/** @returns null also with several candidates: then the finding is the race's */
function failureOf({row, failures}: RowContext, codes: ReadonlySet<string>): Failure | null {
	const error = connectError(row, codes);
	return error === null || failures.length > 1 ? null : {row: withSourceFromError(row), error};
}

function explainUnreachable(context: RowContext): Explanation {
	const {row} = context;
	const {route} = row;
	const group = groupAddressText(context);
	if (group !== null) return {how: 'is not possible', why: `TCP cannot connect to ${group}`};
	const down = downDeviceOf(context);
	if (down !== null) return {how: 'is not possible', why: `${down.name} is down`, down};
	const ms = failedAfterMs(row);
	if (route !== null && route.error !== null) {
		const isUnreachable = /no route to host/i.test(route.error);
		const why = isUnreachable
			? 'a route of the type unreachable leads there'
			: 'this host has no route there, or a rule refuses it';
		return {how: 'is not possible', why: `${why} (${route.error})`};
	}

	const how = `failed as unreachable${afterText(ms)}`;
	if (route === null) return {how, why: 'the kernel or a router knows no way there'};
	const by = route.dev === null ? '' : ` on ${route.dev}`;
	if (ms !== null && ms >= neighborTimeoutMs) {
		if (route.nextHops !== undefined) {
			const hops = gatewayText(route);
			return {
				how,
				why: `${hops}, or a router behind it, does not find that address; the kernel spreads connections over them`,
			};
		}

		return route.gateway === null
			? {how, why: `as far as can be seen from here, no host${by} has that address`}
			: {how, why: `neither ${route.gateway} nor a router behind it finds that address`};
	}

	return {how, why: 'a router or a firewall on the way answered so, the host itself has a route'};
}

function explainProhibited({row}: RowContext): Explanation {
	const {route, peer} = row;
	if (peer !== null && 'path' in peer) {
		return {how: 'is not allowed', why: 'the user of this process may not write to that socket'};
	}

	if (route !== null && route.error !== null) {
		return {how: 'is not allowed', why: `a route or a rule of this host prohibits it (${route.error})`};
	}

	return {
		how: `was prohibited${afterText(failedAfterMs(row))}`,
		why: 'as far as can be seen from here, a firewall or a router on the way does not allow it',
	};
}

function unreachableFinding(
	context: RowContext,
	{row, error}: Failure,
	{how, why, down}: Explanation,
): Finding {
	return {
		operation: 'connect',
		...endpointFields(row),
		message: `connect ${endpointsText(row)} ${how}: ${why}`,
		evidence: [
			errorEvidence(row, error),
			...(down === undefined ? [] : [downDeviceEvidence(down)]),
			...routeEvidence(context),
		],
		next: unreachableNextStep(context, row, down),
	};
}

/** A silent neighbour shows in the kernel's neighbour table. */
function unreachableNextStep(
	context: RowContext,
	{peer, route, error}: Row,
	down: InterfaceView | undefined,
): NextStep {
	if (peer !== null && 'path' in peer) return commandInNamespace(context, ['ls', '-l', '--', peer.path]);
	if (down !== undefined) return commandInNamespace(context, ['ip', 'link', 'show', 'dev', down.name]);
	// The answer to the same question again would be the same refusal: what refuses is in the rules or in the routes.
	if (route !== null && route.error !== null && refusedByType(error?.code ?? ''))
		return commandInNamespace(context, ['ip', familyFlag(peer), 'rule']);
	const ms = failedAfterMs(context.row);
	const isSilent = route !== null && route.error === null && ms !== null && ms >= neighborTimeoutMs;
	// Which of several next hops was silent is not known: their states are.
	if (isSilent && route.nextHops !== undefined)
		return commandInNamespace(context, [
			'ip',
			'neigh',
			'show',
			...(route.dev === null ? [] : ['dev', route.dev]),
		]);
	const hop = route?.gateway ?? inetAddress(peer)?.address ?? null;
	return isSilent && hop !== null
		? commandInNamespace(context, ['ip', 'neigh', 'show', hop])
		: nextCommand(context, 'route');
}
