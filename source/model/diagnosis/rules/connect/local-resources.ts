/** Missing resources of the host itself: a source address of the family, a free port, a descriptor. */

import {normalizeAddress} from '../../../../domain/address.ts';
import type {Evidence, NamespaceRule, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {operations} from '../../../../domain/operation.ts';
import type {Row} from '../../../../domain/row.ts';
import type {EphemeralUse} from '../../../../domain/view/namespace.ts';
import {descriptorEvidence, descriptorsNextStep, noDescriptorCodes} from '../../evidence/descriptors.ts';
import {
	commandInNamespace,
	endpointFields,
	endpointsText,
	evidenceItem,
	nextCommand,
} from '../../evidence/wording.ts';
import {
	connectError,
	errorEvidence,
	familyOf,
	hostTextOf,
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
	raiseAfterMs: 0,
	clearAfterMs: 0,
} as const;

export const localAddressFamily: RowRule = {
	...common,
	name: 'local-address-family',
	title: 'the pinned local address is of the other address family',
	find(context) {
		const {row} = context;
		const {error, local, host} = row;
		if (error?.code !== 'EINVAL' || error.operation !== 'bind') return null;
		const localAddress = inetAddress(local);
		if (localAddress === null) return null;
		const other = familyOf(localAddress) === 'IPv4' ? 'IPv6' : 'IPv4';
		const to =
			row.peer !== null ? ` ${endpointsText({...row, local: null})}` : host === null ? '' : ` to ${host}`;
		return {
			operation: 'bind',
			...endpointFields(row),
			message: `bind of ${hostTextOf(localAddress)}:${localAddress.port} for the connection${to} is not possible: the pinned local address is ${familyOf(localAddress)} and the destination ${other}`,
			evidence: [errorEvidence(row, error)],
			next:
				host === null
					? {advice: `pin an ${other} address as localAddress, or none at all`}
					: nextCommand(context, 'name'),
		};
	},
};

export const noSourceAddress: RowRule = {
	...common,
	name: 'no-source-address',
	title: 'the host has no address of that family to send from',
	// The route and the interfaces may not have been read yet.
	raiseAfterMs: 500,
	find(context) {
		const {row} = context;
		const error = connectError(row, notAvailableCodes);
		if (error === null || context.failures.length > 1 || !hasNoSourceAddress(context)) return null;
		const peerAddress = inetAddress(row.peer);
		const family = peerAddress === null ? 'IPv6' : familyOf(peerAddress);
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} is not possible: no interface has an ${family} address to send from`,
			evidence: [
				errorEvidence(row, error),
				evidenceItem('route', `no interface has an ${family} address to send from`, context.now),
				...routeEvidence(context),
			],
			next: commandInNamespace(context, ['ip', family === 'IPv6' ? '-6' : '-4', 'addr', 'show']),
		};
	},
};

export const ephemeralPortsExhausted: RowRule = {
	...common,
	name: 'ephemeral-ports-exhausted',
	title: 'no local port is left for that destination',
	find(context) {
		const row = withSourceFromError(context.row);
		const error = connectError(row, noPortCodes);
		if (error === null || context.failures.length > 1 || hasPinnedPort(row) || hasNoSourceAddress(context))
			return null;
		if (isPortCountPending(context)) return null;
		const use = ephemeralUseFor(context, row);
		const rangeEvidence = portRangeEvidence(context);
		const counted = use === null ? '' : `, ${use.used} of ${use.range} are in use`;
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} is not possible: no local port is left for that destination${counted}`,
			evidence: [
				errorEvidence(row, error),
				...(use === null ? [] : [ephemeralUseEvidence(use, context.kernelSummary?.at ?? context.now)]),
				...rangeEvidence,
			],
			next: portsNextStep(context),
		};
	},
};

/** Above this share of the range, the kernel finds a free port only after a long search, if at all. */
const lowShare = 0.9;

export const ephemeralPortsLow: NamespaceRule = {
	name: 'ephemeral-ports-low',
	scope: 'namespace',
	phase: 'connect',
	severity: 'warn',
	title: 'few local ports are left for a destination',
	// Two snapshots.
	raiseAfterMs: 1000,
	clearAfterMs: 5000,
	find({kernelSummary: kernel}) {
		const use = kernel.ephemeral;
		if (use === null || use.used < lowShare * use.range) return null;
		const peer = {address: use.peer, port: use.peerPort, family: use.peer.includes(':') ? 6 : 4} as const;
		return {
			operation: 'connect',
			local: null,
			peer,
			message: `connect ${endpointsText({host: null, local: null, peer})} has few local ports left: ${use.used} of ${use.range} are in use from ${use.local}`,
			evidence: [ephemeralUseEvidence(use, kernel.at)],
			next: {argv: ['ss', '-tan', 'dst', `${use.peer}`, 'dport', '=', `:${use.peerPort}`]},
		};
	},
};

export const connectNoDescriptor: RowRule = {
	...common,
	name: 'connect-no-descriptor',
	title: 'the process may open no more descriptors',
	find({row, process}) {
		const {error} = row;
		if (error === null || !noDescriptorCodes.has(error.code)) return null;
		const operation = operations.find(each => each === error.operation) ?? 'connect';
		const load = process?.load ?? null;
		const counted = load === null || load.fdLimit === null ? '' : ` (its limit is ${load.fdLimit})`;
		const whose = error.code === 'ENFILE' ? 'the host has' : 'the process has';
		return {
			operation,
			...endpointFields(row),
			message: `${operation} ${endpointsText(row)} is not possible: ${whose} no descriptor left for a socket${counted}`,
			evidence: [errorEvidence(row, error), ...descriptorEvidence(process)],
			next: descriptorsNextStep(row),
		};
	},
};

const notAvailableCodes: ReadonlySet<string> = new Set(['EADDRNOTAVAIL']);
/** EADDRINUSE: with a pinned address and no pinned port, bind() chooses the port, and found none. */
const noPortCodes: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EADDRINUSE']);

/** Detects a source port in Node's message: that port is taken, and others may be free. */
const hasPinnedPort = ({local}: Row): boolean => (inetAddress(local)?.port ?? 0) !== 0;

/** No interface has a usable source address of the peer's family; false where the interfaces are unknown. */
function hasNoSourceAddress({row, facts}: RowContext): boolean {
	const peerAddress = inetAddress(row.peer);
	const interfaces = row.netns === null ? undefined : facts.interfaces.get(row.netns);
	if (peerAddress === null || interfaces === undefined || interfaces.length === 0) return false;
	const isIpv6 = familyOf(peerAddress) === 'IPv6';
	const usablePattern = isLoopback(normalizeAddress(peerAddress.address))
		? /:|\./
		: /^(?!127\.|::1\/|fe[89ab][0-9a-f]:)/i;
	return !interfaces.some(({addresses}) =>
		addresses.some(address => address.includes(':') === isIpv6 && usablePattern.test(address)),
	);
}

/** The next snapshot counts the ports; after a long wait, or the session's end, the finding has no count. */
function isPortCountPending({row, kernelSummary: kernel, facts, now}: RowContext): boolean {
	const failedAt = row.closedAt ?? now;
	if (facts.session.ended !== null || now - failedAt >= portCountWaitMs) return false;
	return kernel === null || kernel.at < failedAt;
}

const portCountWaitMs = 3000;

/** The count of this destination's ports; null unless the destination has the most ports in use. */
function ephemeralUseFor({kernelSummary: kernel}: RowContext, row: Row): EphemeralUse | null {
	const use = kernel?.ephemeral ?? null;
	const peerAddress = inetAddress(row.peer);
	if (use === null || peerAddress === null) return null;
	return use.peerPort === peerAddress.port && use.peer === normalizeAddress(peerAddress.address) ? use : null;
}

const ephemeralUseEvidence = ({local, peer, peerPort, used, range}: EphemeralUse, at: number): Evidence =>
	evidenceItem(
		'counters',
		`${used} of ${range} local ports are in use from ${local} to ${peer} port ${peerPort}, TIME-WAIT included`,
		at,
	);

function portRangeEvidence({kernelSummary: kernel}: RowContext): Evidence[] {
	if (kernel === null) return [];
	const {ephemeralLow, ephemeralHigh} = kernel.counters;
	if (ephemeralLow === null || ephemeralHigh === null) return [];
	return [evidenceItem('counters', `ip_local_port_range is ${ephemeralLow} to ${ephemeralHigh}`, kernel.at)];
}

function portsNextStep(context: RowContext): ReturnType<typeof commandInNamespace> {
	const peerAddress = inetAddress(context.row.peer);
	return peerAddress === null
		? {advice: 'keep connections open and use them again, or widen ip_local_port_range'}
		: commandInNamespace(context, [
				'ss',
				'-tan',
				'dst',
				normalizeAddress(peerAddress.address),
				'dport',
				'=',
				`:${peerAddress.port}`,
			]);
}
