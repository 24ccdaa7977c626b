/** RST for SYN, or what a firewall answers in its place: nobody takes the connection at this address and port. */

import type {Evidence, Finding, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../../domain/format.ts';
import {
	type ListeningSocket,
	listeningAddress,
	lookupListeners,
} from '../../../../domain/listening-socket.ts';
import type {Address, Row} from '../../../../domain/row.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {
	after,
	attemptedAt,
	command,
	connectError,
	errorFact,
	failedAfterMs,
	familyOf,
	hostOf,
	internet,
	isOwnAddress,
	routeFact,
	withSource,
} from './attempt.ts';

/** ENOENT is what a unix socket's path gives that is not there. */
const refusals: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

/** Both rules: which of them depends on who listens on the port. */
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

export const refused: RowRule = {
	...common,
	name: 'connect-refused',
	title: 'nobody listens on that port',
	find(situation) {
		const refusal = refusalOf(situation);
		if (refusal === null || refusal.others.length > 0) return null;
		const {row} = refusal;
		return findingOf(
			situation,
			refusal,
			reasonOf(situation, refusal),
			[...listeningFacts(situation, refusal), ...routeFact(situation)],
			row.peer,
		);
	},
};

export const refusedElsewhere: RowRule = {
	...common,
	name: 'connect-refused-elsewhere',
	title: 'the listener on that port takes another address family, or another address',
	find(situation) {
		const refusal = refusalOf(situation);
		if (refusal === null || refusal.others.length === 0) return null;
		const peer = internet(refusal.row.peer);
		if (peer === null) return null;
		const [other] = refusal.others;
		if (other === undefined) return null;
		const named = refusal.others.slice(0, namedAtMost).map(nameOf).join(', ');
		const takes = refusal.others.some(({address}) => familyOf({...peer, address}) === familyOf(peer))
			? 'takes other addresses'
			: `takes ${familyOf({...peer, address: other.address})} only`;
		const reason = `the listener on that port ${takes} (${named})`;
		return findingOf(
			situation,
			refusal,
			reason,
			[...listeningFacts(situation, refusal), ...routeFact(situation)],
			peer,
		);
	},
};

const namedAtMost = 3;

/** Who listens on a port of this host is told by the next look at the listeners; the first one takes longest. */
const awaitedMs = 2000;

type Refusal = {
	/** With the source that its error tells. */
	row: Row;
	/** Candidates that were refused. */
	addresses: readonly (Address | null)[];
	ms: number | null;
	/** Who would take it; and who listens on the port on this host all the same and takes something else. */
	takers: readonly ListeningSocket[];
	others: readonly ListeningSocket[];
	/** A look has shown who listens there. */
	isSeen: boolean;
};

/** @returns null where it was not refused, or not by every candidate: that is told as a lost race */
function refusalOf(situation: RowSituation): Refusal | null {
	const {failures} = situation;
	const row = withSource(situation.row);
	const error = connectError(row, refusals);
	if (error === null || row.kind === 'udp') return null;
	if (error.code === 'ENOENT' && row.peer !== null && 'address' in row.peer) return null;
	if (failures.some(({code}) => code !== error.code)) return null;
	const addresses = failures.length > 1 ? failures.map(({address}) => address) : [row.peer];
	// Of several candidates each has a time of its own; and an answer behind a blocked event loop is no slow one.
	const ms = failures.length > 1 ? null : failedAfterMs(row, situation.process?.blocked);
	const peers = addresses.flatMap(address => internet(address) ?? []);
	const [peer] = peers;
	if (peer === undefined || !peers.some(each => isOwnAddress(situation, each))) {
		return {row, addresses, ms, takers: [], others: [], isSeen: false};
	}

	const {world, now} = situation;
	const listening = world.listeningOn(row.netns, peer.port);
	const isAwaited = listening === null && world.session.ended === null;
	if (isAwaited && now - (row.closedAt ?? now) < awaitedMs) return null;
	const sockets = listening ?? [];
	const all = new Map([[peer.port, {sockets: [...sockets], count: sockets.length}]]);
	const takers = peers.flatMap(each => lookupListeners(all, each, null));
	return {row, addresses, ms, takers, others: takers.length > 0 ? [] : sockets, isSeen: listening !== null};
}

function reasonOf({world}: RowSituation, {row, takers, addresses, isSeen}: Refusal): string {
	const [taker] = takers;
	if (taker !== undefined) {
		const begun = attemptedAt(row);
		const before = world
			.listenersOn(row.netns, taker.port)
			.some(({stage, stageSince}) => stage === 'listening' && begun !== null && stageSince < begun);
		return before
			? `${nameOf(taker)} listens there, so it seems that a firewall rejects`
			: `somebody listens there by now (${nameOf(taker)})`;
	}

	if (row.peer !== null && 'path' in row.peer) {
		return row.error?.code === 'ENOENT' ? 'no socket has that path' : 'nobody listens at that path';
	}

	return isSeen && addresses.length > 0
		? 'nobody listens there'
		: 'as far as can be seen from here, nobody listens there';
}

/** What the newest look at the listeners has shown. */
function listeningFacts({now}: RowSituation, {row, takers, others, isSeen}: Refusal): Evidence[] {
	const port = internet(row.peer)?.port;
	if (!isSeen || port === undefined) return [];
	const sockets = takers.length > 0 ? takers : others;
	if (sockets.length === 0)
		return [fact('kernel', `no socket of this network namespace listens on port ${port}`, now)];
	return sockets.slice(0, namedAtMost).map(socket => {
		const only = socket.v6only === true ? ', IPv6 only' : '';
		return fact('kernel', `a socket listens on ${nameOf(socket)}${only}`, now);
	});
}

function findingOf(
	situation: RowSituation,
	{row, addresses, ms}: Refusal,
	reason: string,
	evidence: readonly Evidence[],
	peer: Address | null,
): Finding {
	const each =
		addresses.length > 1 ? ` at each of its ${addresses.length} addresses (${namesOf(addresses)})` : '';
	return {
		operation: 'connect',
		...addressesOf(row),
		message: `connect ${endpoints(row)} was refused${each}${after(ms)}: ${reason}`,
		evidence: [...(row.error === null ? [] : [errorFact(row, row.error)]), ...evidence],
		next:
			peer !== null && 'path' in peer
				? command(situation, ['ss', '-xlp', 'src', peer.path])
				: look(situation, 'listeners'),
	};
}

const namesOf = (addresses: readonly (Address | null)[]): string =>
	addresses.slice(0, namedAtMost).map(formatAddress).join(', ') +
	(addresses.length > namedAtMost ? ', …' : '');

/** As formatAddress; `*` where it takes both families. */
function nameOf(socket: ListeningSocket): string {
	const printed = listeningAddress(socket);
	return printed.includes(':') && !printed.startsWith('*')
		? `${hostOf({...socket, family: 6})}:${socket.port}`
		: `${printed}:${socket.port}`;
}
