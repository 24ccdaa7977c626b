/** Findings of the phase `bind`: a local address or port is not available. */

import {normalizeAddress} from '../../../domain/address.ts';
import type {Evidence, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../domain/format.ts';
import type {Address, Row} from '../../../domain/row.ts';
import {
	type AddressHolder,
	addressHoldersOf,
	holderEvidence,
	interfaceAddresses,
	localAddressInMessage,
} from '../evidence/address-holders.ts';
import {directoryOf, isPathTooLong} from '../evidence/socket-path.ts';
import {commandInNamespace, evidenceItem} from '../evidence/wording.ts';

type InetAddress = Extract<Address, {port: number}>;

const common = {
	scope: 'row',
	phase: 'bind',
	severity: 'error',
	stages: ['failed'],
	isEvent: true,
	clearAfterMs: 0,
} as const;

const addressInUse: RowRule = {
	...common,
	name: 'address-in-use',
	title: 'another socket has that address and port',
	roles: null,
	raiseAfterMs: 0,
	find(context) {
		const {row, facts, now} = context;
		const {error, local} = row;
		if (error?.code !== 'EADDRINUSE' || row.role === 'client' || local === null) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		if ('path' in local && isPathTooLong(local.path)) return null;
		const holders = addressHoldersOf(context);
		const isKnown = holders[0]?.isProcessKnown === true || row.kind !== 'tcp' || facts.session.ended !== null;
		if (!isKnown && now - (row.closedAt ?? now) < holderWaitMs) return null;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${holderText(holders, local)}`,
			evidence: [errorEvidence(row), ...holders.map(holderEvidence)],
			next: commandInNamespace(context, holderCommand(row, local)),
		};
	},
};

/** Longest time to read the listeners, and then all processes to find their owners. */
const holderWaitMs = 6000;

function holderText([first, ...others]: readonly AddressHolder[], local: Address): string {
	if (first === undefined) {
		return 'path' in local
			? 'a socket file of that name is there, and no listener of it is visible from here'
			: 'another socket has it, which is not seen from here';
	}

	const label = others.length === 0 ? first.label : `${first.label} and ${others.length} more`;
	return 'path' in local ? `${label} listens there already` : `${label} has that port already`;
}

const addressNotAvailable: RowRule = {
	...common,
	name: 'address-not-available',
	title: 'this machine has no such address',
	roles: null,
	// By then the interfaces were read.
	raiseAfterMs: 500,
	find(context) {
		const {row, facts} = context;
		const {error, local} = row;
		if (error?.code !== 'EADDRNOTAVAIL' || local === null || 'path' in local) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		const localAddresses = interfaceAddresses(
			row.netns === null ? undefined : facts.interfaces.get(row.netns),
		);
		const localInterface = localAddresses.find(({address}) => address === normalizeAddress(local.address));
		const family = localAddresses.filter(({address}) => address.includes(':') === (local.family === 6));
		const names = family.slice(0, addressLimit).map(({address}) => address);
		const more = family.length - names.length;
		const list = `${names.join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
		const at = localAddresses[0]?.at;
		const why =
			localInterface === undefined
				? `no interface here has that address${at === undefined ? ', as the kernel says' : ` (IPv${local.family}: ${list})`}`
				: `${localInterface.device} has that address, and cannot use it yet or does no longer`;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${why}`,
			evidence: [
				errorEvidence(row),
				...(at === undefined
					? []
					: [evidenceItem('kernel', `IPv${local.family} addresses of the interfaces: ${list}`, at)]),
			],
			next: commandInNamespace(context, ['ip', '-br', 'addr', 'show', 'to', normalizeAddress(local.address)]),
		};
	},
};

/** A machine may have hundreds of addresses. */
const addressLimit = 6;

const localPortTaken: RowRule = {
	...common,
	name: 'local-port-taken',
	title: 'the own port that a client asked for is taken',
	roles: ['client'],
	raiseAfterMs: 500,
	find(context) {
		const {row} = context;
		const local = pinnedLocalAddress(row);
		if (local === null || row.error === null) return null;
		const holders = addressHoldersOf({...context, row: {...row, local}});
		const [holder] = holders;
		const isTupleTaken = row.error.operation === 'connect';
		const holdsText = isTupleTaken
			? 'has, or had a moment ago, this very connection'
			: `has port ${local.port} already`;
		const why = `${holder?.label ?? 'another socket'} ${holdsText}`;
		const target = row.peer === null ? `from ${formatAddress(local)}` : endpointPairText(row.peer, local);
		return {
			operation: isTupleTaken ? 'connect' : 'bind',
			local,
			peer: row.peer,
			message: `${isTupleTaken ? `connect ${target}` : `bind of a client ${target}`} failed: ${why}`,
			evidence: [errorEvidence(row), ...holders.map(holderEvidence)],
			next: commandInNamespace(context, [
				'ss',
				row.kind === 'udp' ? '-uanp' : '-tanp',
				'sport',
				'=',
				`:${local.port}`,
			]),
		};
	},
};

const endpointPairText = (peer: Address, local: Address): string =>
	`to ${formatAddress(peer)} from ${formatAddress(local)}`;

/** A client's requested local port that is not available; null where the failure is another. */
function pinnedLocalAddress({error, local}: Row): InetAddress | null {
	if (error === null) return null;
	if (error.code === 'EADDRINUSE' && (error.operation === 'bind' || error.operation === 'connect')) {
		const own = local ?? localAddressInMessage(error.message);
		return own !== null && 'port' in own && own.port > 0 ? own : null;
	}

	// The bind succeeded, but the same connection already exists.
	if (error.code !== 'EADDRNOTAVAIL' || error.operation !== 'connect') return null;
	const own = localAddressInMessage(error.message);
	return own !== null && own.port > 0 ? own : null;
}

const bindForbidden: RowRule = {
	...common,
	name: 'bind-forbidden',
	title: 'the process may not have that address',
	roles: null,
	raiseAfterMs: 0,
	find(context) {
		const {row} = context;
		const {error, local} = row;
		if (error === null || (error.code !== 'EACCES' && error.code !== 'EPERM') || local === null) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${whyForbidden(local)}`,
			evidence: [errorEvidence(row)],
			next: commandInNamespace(
				context,
				'path' in local
					? ['ls', '-ld', '--', directoryOf(local.path)]
					: ['sysctl', 'net.ipv4.ip_unprivileged_port_start'],
			),
		};
	},
};

/** Ports below need root (default of net.ipv4.ip_unprivileged_port_start). */
const firstUnprivilegedPort = 1024;

function whyForbidden(local: Address): string {
	if ('path' in local) return 'the process may not make a socket file there';
	return local.port < firstUnprivilegedPort
		? `a port below ${firstUnprivilegedPort} takes root or CAP_NET_BIND_SERVICE, as a rule`
		: 'the system does not let this process have that port';
}

const errorEvidence = ({error, closedAt, openedAt}: Row): Evidence =>
	evidenceItem(
		'process',
		error === null ? 'it failed' : `${error.code}: ${error.message}`,
		closedAt ?? openedAt,
	);

function holderCommand({kind}: Row, local: Address): readonly string[] {
	if ('path' in local) return ['ss', '-xlp', 'src', local.path];
	return ['ss', kind === 'udp' ? '-ulnp' : '-tlnp', 'sport', '=', `:${local.port}`];
}

export const bindRules: readonly Rule[] = [addressInUse, addressNotAvailable, localPortTaken, bindForbidden];
