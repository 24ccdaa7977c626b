/** Findings of the phase `bind`: an own address or port could not be had. */

import {normalizeAddress} from '../../../domain/address.ts';
import type {Evidence, Next, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../domain/format.ts';
import type {Address, Row} from '../../../domain/row.ts';
import {holdersOf, interfaceAddresses, type LocalHolder, localIn} from '../evidence/address-holders.ts';
import {entering, fact} from '../evidence/wording.ts';

type Inet = Extract<Address, {port: number}>;

const common = {
	of: 'row',
	phase: 'bind',
	severity: 'error',
	stages: ['failed'],
	isPast: true,
	clearAfterMs: 0,
} as const;

const inUse: RowRule = {
	...common,
	name: 'address-in-use',
	title: 'another socket has that address and port',
	roles: null,
	raiseAfterMs: 0,
	find(situation) {
		const {row, world, now} = situation;
		const {error, local} = row;
		if (error?.code !== 'EADDRINUSE' || row.role === 'client' || local === null) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		const holders = holdersOf(situation);
		const isKnown = holders[0]?.isNamed === true || row.kind !== 'tcp' || world.session.ended !== null;
		if (!isKnown && now - (row.closedAt ?? now) < holderMs) return null;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${whoHas(holders, local)}`,
			evidence: [errorFact(row), ...holders.map(holderFact)],
			next: command(situation, whoHasCommand(row, local)),
		};
	},
};

/** So long it takes at most to look at the listeners, and then at all processes for whose they are. */
const holderMs = 6000;

function whoHas([first, ...others]: readonly LocalHolder[], local: Address): string {
	if (first === undefined) {
		return 'path' in local
			? 'a socket file of that name is there, and who listens on it is not seen from here'
			: 'another socket has it, which is not seen from here';
	}

	const who = others.length === 0 ? first.who : `${first.who} and ${others.length} more`;
	return 'path' in local ? `${who} listens there already` : `${who} has that port already`;
}

const holderFact = ({who, where, source, at}: LocalHolder): Evidence =>
	fact(source, `${where} belongs to ${who}`, at);

const notAvailable: RowRule = {
	...common,
	name: 'address-not-available',
	title: 'this machine has no such address',
	roles: null,
	// Until the interfaces were looked at.
	raiseAfterMs: 500,
	find(situation) {
		const {row, world} = situation;
		const {error, local} = row;
		if (error?.code !== 'EADDRNOTAVAIL' || local === null || 'path' in local) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		const known = interfaceAddresses(row.netns === null ? undefined : world.interfaces.get(row.netns));
		const its = known.find(({address}) => address === normalizeAddress(local.address));
		const family = known.filter(({address}) => address.includes(':') === (local.family === 6));
		const names = family.slice(0, addressesNamed).map(({address}) => address);
		const more = family.length - names.length;
		const list = `${names.join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
		const at = known[0]?.at;
		const why =
			its === undefined
				? `no interface here has that address${at === undefined ? ', as the kernel says' : ` (IPv${local.family}: ${list})`}`
				: `${its.device} has that address, and cannot use it yet or does no longer`;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${why}`,
			evidence: [
				errorFact(row),
				...(at === undefined
					? []
					: [fact('kernel', `IPv${local.family} addresses of the interfaces: ${list}`, at)]),
			],
			next: command(situation, ['ip', '-br', 'addr', 'show', 'to', normalizeAddress(local.address)]),
		};
	},
};

/** A machine may have hundreds. */
const addressesNamed = 6;

const localPortTaken: RowRule = {
	...common,
	name: 'local-port-taken',
	title: 'the own port that a client asked for is taken',
	roles: ['client'],
	raiseAfterMs: 500,
	find(situation) {
		const {row} = situation;
		const local = pinnedPort(row);
		if (local === null || row.error === null) return null;
		const holders = holdersOf({...situation, row: {...row, local}});
		const [holder] = holders;
		const isSameWay = row.error.operation === 'connect';
		const has = isSameWay
			? 'has, or had a moment ago, this very connection'
			: `has port ${local.port} already`;
		const why = `${holder?.who ?? 'another socket'} ${has}`;
		const target = row.peer === null ? `from ${formatAddress(local)}` : waysOf(row.peer, local);
		return {
			operation: isSameWay ? 'connect' : 'bind',
			local,
			peer: row.peer,
			message: `${isSameWay ? `connect ${target}` : `bind of a client ${target}`} failed: ${why}`,
			evidence: [errorFact(row), ...holders.map(holderFact)],
			next: command(situation, [
				'ss',
				row.kind === 'udp' ? '-uanp' : '-tanp',
				'sport',
				'=',
				`:${local.port}`,
			]),
		};
	},
};

const waysOf = (peer: Address, local: Address): string =>
	`to ${formatAddress(peer)} from ${formatAddress(local)}`;

/** The own port that a client asked for and could not have; null where that is not what failed. */
function pinnedPort({error, local}: Row): Inet | null {
	if (error === null) return null;
	if (error.code === 'EADDRINUSE' && (error.operation === 'bind' || error.operation === 'connect')) {
		const own = local ?? localIn(error.message);
		return own !== null && 'port' in own && own.port > 0 ? own : null;
	}

	// The port could be bound, and this very connection is there already.
	if (error.code !== 'EADDRNOTAVAIL' || error.operation !== 'connect') return null;
	const own = localIn(error.message);
	return own !== null && own.port > 0 ? own : null;
}

const forbidden: RowRule = {
	...common,
	name: 'bind-forbidden',
	title: 'the process may not have that address',
	roles: null,
	raiseAfterMs: 0,
	find(situation) {
		const {row} = situation;
		const {error, local} = row;
		if (error === null || (error.code !== 'EACCES' && error.code !== 'EPERM') || local === null) return null;
		if (error.operation !== 'listen' && error.operation !== 'bind') return null;
		return {
			operation: error.operation,
			local,
			peer: null,
			message: `${error.operation} on ${formatAddress(local)} failed: ${whyForbidden(local)}`,
			evidence: [errorFact(row)],
			next: command(
				situation,
				'path' in local
					? ['ls', '-ld', '--', directoryOf(local.path)]
					: ['sysctl', 'net.ipv4.ip_unprivileged_port_start'],
			),
		};
	},
};

/** Ports below are root's (net.ipv4.ip_unprivileged_port_start, unless it was changed). */
const firstFreePort = 1024;

function whyForbidden(local: Address): string {
	if ('path' in local) return 'the process may not make a socket file there';
	return local.port < firstFreePort
		? `a port below ${firstFreePort} takes root or CAP_NET_BIND_SERVICE, as a rule`
		: 'the system does not let this process have that port';
}

const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/'))) || '.';

const errorFact = ({error, closedAt, openedAt}: Row): Evidence =>
	fact('process', error === null ? 'it failed' : `${error.code}: ${error.message}`, closedAt ?? openedAt);

/** In the namespace of the process. */
const command = ({row, process, world}: RowSituation, argv: readonly string[]): Next => ({
	argv: [...entering(row.netns, process?.pid ?? row.pid, world.session.netns), ...argv],
});

function whoHasCommand({kind}: Row, local: Address): readonly string[] {
	if ('path' in local) return ['ss', '-xlp', 'src', local.path];
	return ['ss', kind === 'udp' ? '-ulnp' : '-tlnp', 'sport', '=', `:${local.port}`];
}

export const bindRules: readonly Rule[] = [inUse, notAvailable, localPortTaken, forbidden];
