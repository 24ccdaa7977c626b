/** What the host itself lacks for a connection: a source address of the family, a free port, a descriptor. */

import {normalizeAddress} from '../../../../domain/address.ts';
import type {Evidence, NamespaceRule, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {operations} from '../../../../domain/operation.ts';
import type {Row} from '../../../../domain/row.ts';
import type {EphemeralUse} from '../../../../domain/view/namespace.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {
	command,
	connectError,
	errorFact,
	familyOf,
	hostOf,
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
	raiseAfterMs: 0,
	clearAfterMs: 0,
} as const;

export const localFamily: RowRule = {
	...common,
	name: 'local-address-family',
	title: 'the pinned local address is of the other address family',
	find(situation) {
		const {row} = situation;
		const {error, local, host} = row;
		if (error?.code !== 'EINVAL' || error.operation !== 'bind') return null;
		const near = internet(local);
		if (near === null) return null;
		const other = familyOf(near) === 'IPv4' ? 'IPv6' : 'IPv4';
		const to =
			row.peer !== null ? ` ${endpoints({...row, local: null})}` : host === null ? '' : ` to ${host}`;
		return {
			operation: 'bind',
			...addressesOf(row),
			message: `bind of ${hostOf(near)}:${near.port} for the connection${to} is not possible: the pinned local address is ${familyOf(near)} and the destination ${other}`,
			evidence: [errorFact(row, error)],
			next:
				host === null
					? {advice: `pin an ${other} address as localAddress, or none at all`}
					: look(situation, 'name'),
		};
	},
};

export const noSource: RowRule = {
	...common,
	name: 'no-source-address',
	title: 'the host has no address of that family to send from',
	// The route and the interfaces may still be on their way.
	raiseAfterMs: 500,
	find(situation) {
		const {row} = situation;
		const error = connectError(row, notAvailable);
		if (error === null || situation.failures.length > 1 || !lacksSource(situation)) return null;
		const far = internet(row.peer);
		const family = far === null ? 'IPv6' : familyOf(far);
		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} is not possible: no interface has an ${family} address to send from`,
			evidence: [
				errorFact(row, error),
				fact('route', `no interface has an ${family} address to send from`, situation.now),
				...routeFact(situation),
			],
			next: command(situation, ['ip', family === 'IPv6' ? '-6' : '-4', 'addr', 'show']),
		};
	},
};

export const portsExhausted: RowRule = {
	...common,
	name: 'ephemeral-ports-exhausted',
	title: 'no local port is left for that destination',
	find(situation) {
		const row = withSource(situation.row);
		const error = connectError(row, noPort);
		if (error === null || situation.failures.length > 1 || hasPinnedPort(row) || lacksSource(situation))
			return null;
		if (isCountAwaited(situation)) return null;
		const use = portsOf(situation, row);
		const range = rangeOf(situation);
		const counted = use === null ? '' : `, ${use.used} of ${use.range} are in use`;
		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} is not possible: no local port is left for that destination${counted}`,
			evidence: [
				errorFact(row, error),
				...(use === null ? [] : [portsFact(use, situation.kernel?.at ?? situation.now)]),
				...range,
			],
			next: nextOf(situation),
		};
	},
};

/** So much of the range that the kernel finds a free port only after a long search, if at all. */
const lowShare = 0.9;

export const portsLow: NamespaceRule = {
	name: 'ephemeral-ports-low',
	of: 'namespace',
	phase: 'connect',
	severity: 'warn',
	title: 'few local ports are left for a destination',
	// Two looks at the table.
	raiseAfterMs: 1000,
	clearAfterMs: 5000,
	find({kernel}) {
		const use = kernel.ephemeral;
		if (use === null || use.used < lowShare * use.range) return null;
		const peer = {address: use.peer, port: use.peerPort, family: use.peer.includes(':') ? 6 : 4} as const;
		return {
			operation: 'connect',
			local: null,
			peer,
			message: `connect ${endpoints({host: null, local: null, peer})} has few local ports left: ${use.used} of ${use.range} are in use from ${use.local}`,
			evidence: [portsFact(use, kernel.at)],
			next: {argv: ['ss', '-tan', 'dst', `${use.peer}`, 'dport', '=', `:${use.peerPort}`]},
		};
	},
};

export const noDescriptor: RowRule = {
	...common,
	name: 'connect-no-descriptor',
	title: 'the process may open no more descriptors',
	find({row, process}) {
		const {error} = row;
		if (error === null || !noDescriptors.has(error.code)) return null;
		const operation = operations.find(each => each === error.operation) ?? 'connect';
		const load = process?.load ?? null;
		const counted = load === null || load.fdLimit === null ? '' : ` (its limit is ${load.fdLimit})`;
		const whose = error.code === 'ENFILE' ? 'the host has' : 'the process has';
		return {
			operation,
			...addressesOf(row),
			message: `${operation} ${endpoints(row)} is not possible: ${whose} no descriptor left for a socket${counted}`,
			evidence: [
				errorFact(row, error),
				...(load === null || load.fds === null
					? []
					: [fact('load', `${load.fds} of ${load.fdLimit ?? 'unlimited'} descriptors are open`, load.at)]),
			],
			next:
				row.pid === null
					? {advice: 'raise the limit of open files (ulimit -n)'}
					: {argv: ['ls', '-l', `/proc/${row.pid}/fd`]},
		};
	},
};

const notAvailable: ReadonlySet<string> = new Set(['EADDRNOTAVAIL']);
/** With a pinned address and no pinned port, bind() looks for the port, and this is what it says where there is none. */
const noPort: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EADDRINUSE']);
const noDescriptors: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Where Node's message tells a source with a port, that one is taken, and says nothing of all others. */
const hasPinnedPort = ({local}: Row): boolean => (internet(local)?.port ?? 0) !== 0;

/** No interface has an address of the peer's family that it could be reached from; false where nothing is known. */
function lacksSource({row, world}: RowSituation): boolean {
	const far = internet(row.peer);
	const interfaces = row.netns === null ? undefined : world.interfaces.get(row.netns);
	if (far === null || interfaces === undefined || interfaces.length === 0) return false;
	const isIpv6 = familyOf(far) === 'IPv6';
	const usable = isLoopback(normalizeAddress(far.address)) ? /:|\./ : /^(?!127\.|::1\/|fe[89ab][0-9a-f]:)/i;
	return !interfaces.some(({addresses}) =>
		addresses.some(address => address.includes(':') === isIpv6 && usable.test(address)),
	);
}

/** The next look at the table counts the ports; where it takes long or nobody looks, it is told without. */
function isCountAwaited({row, kernel, world, now}: RowSituation): boolean {
	const failedAt = row.closedAt ?? now;
	if (world.session.ended !== null || now - failedAt >= countAwaitedMs) return false;
	return kernel === null || kernel.at < failedAt;
}

const countAwaitedMs = 3000;

/** The count of this destination's ports, where it is the one that has the most. */
function portsOf({kernel}: RowSituation, row: Row): EphemeralUse | null {
	const use = kernel?.ephemeral ?? null;
	const far = internet(row.peer);
	if (use === null || far === null) return null;
	return use.peerPort === far.port && use.peer === normalizeAddress(far.address) ? use : null;
}

const portsFact = ({local, peer, peerPort, used, range}: EphemeralUse, at: number): Evidence =>
	fact(
		'counters',
		`${used} of ${range} local ports are in use from ${local} to ${peer} port ${peerPort}, TIME-WAIT included`,
		at,
	);

function rangeOf({kernel}: RowSituation): Evidence[] {
	if (kernel === null) return [];
	const {ephemeralLow, ephemeralHigh} = kernel.counters;
	if (ephemeralLow === null || ephemeralHigh === null) return [];
	return [fact('counters', `ip_local_port_range is ${ephemeralLow} to ${ephemeralHigh}`, kernel.at)];
}

function nextOf(situation: RowSituation): ReturnType<typeof command> {
	const far = internet(situation.row.peer);
	return far === null
		? {advice: 'keep connections open and use them again, or widen ip_local_port_range'}
		: command(situation, ['ss', '-tan', 'dst', normalizeAddress(far.address), 'dport', '=', `:${far.port}`]);
}
