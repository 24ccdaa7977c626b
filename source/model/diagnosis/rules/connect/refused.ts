/** RST for SYN, or a firewall's equivalent: no socket accepts the connection at this address and port. */

import type {Evidence, Finding, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../../domain/format.ts';
import {
	type ListeningSocket,
	listeningAddress,
	lookupListeners,
} from '../../../../domain/listening-socket.ts';
import type {Address, Row} from '../../../../domain/row.ts';
import {isPathTooLong, socketPathOf} from '../../evidence/socket-path.ts';
import {
	commandInNamespace,
	endpointFields,
	endpointsText,
	evidenceItem,
	nextCommand,
} from '../../evidence/wording.ts';
import {
	afterText,
	connectError,
	errorEvidence,
	failedAfterMs,
	familyOf,
	hostTextOf,
	inetAddress,
	isLocalAddress,
	lastAttemptAt,
	routeEvidence,
	withSourceFromError,
} from './attempt.ts';

const refusalCodes: ReadonlySet<string> = new Set(['ECONNREFUSED']);

/** Shared by both rules: the port's listeners decide which of them applies. */
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

export const connectRefused: RowRule = {
	...common,
	name: 'connect-refused',
	title: 'no socket listens on that port',
	find(context) {
		const refusal = refusalOf(context);
		if (refusal === null || refusal.otherListeners.length > 0) return null;
		const {row} = refusal;
		return refusalFinding(
			context,
			refusal,
			refusalReason(context, refusal),
			[...listenerEvidence(context, refusal), ...routeEvidence(context)],
			row.peer,
		);
	},
};

export const connectRefusedElsewhere: RowRule = {
	...common,
	name: 'connect-refused-elsewhere',
	title: 'the listener on that port takes another address family, or another address',
	find(context) {
		const refusal = refusalOf(context);
		if (refusal === null || refusal.otherListeners.length === 0) return null;
		const peer = inetAddress(refusal.row.peer);
		if (peer === null) return null;
		const [other] = refusal.otherListeners;
		if (other === undefined) return null;
		const named = refusal.otherListeners.slice(0, listenerLimit).map(listenerText).join(', ');
		const scopeText = refusal.otherListeners.some(
			({address}) => familyOf({...peer, address}) === familyOf(peer),
		)
			? 'takes other addresses'
			: `takes ${familyOf({...peer, address: other.address})} only`;
		const reason = `the listener on that port ${scopeText} (${named})`;
		return refusalFinding(
			context,
			refusal,
			reason,
			[...listenerEvidence(context, refusal), ...routeEvidence(context)],
			peer,
		);
	},
};

const listenerLimit = 3;

/** The next snapshot shows the port's listeners on this host; the first one takes longest. */
const listenerWaitMs = 2000;

type Refusal = {
	/** With the source address from its error. */
	row: Row;
	/** Candidates that were refused. */
	addresses: readonly (Address | null)[];
	ms: number | null;
	/** Listeners that would accept the connection; and where there are none, all others on the port. */
	matchingListeners: readonly ListeningSocket[];
	otherListeners: readonly ListeningSocket[];
	/** A snapshot has shown the port's listeners. */
	isListenerKnown: boolean;
};

/** @returns null where it was not refused, or not by every candidate: then the finding is the race's */
function refusalOf(context: RowContext): Refusal | null {
	const {failures} = context;
	const row = withSourceFromError(context.row);
	const error = connectError(row, refusalCodes);
	if (error === null || row.kind === 'udp') return null;
	const path = socketPathOf(row.peer);
	if (path !== null && isPathTooLong(path)) return null;
	if (failures.some(({code}) => code !== error.code)) return null;
	const addresses = failures.length > 1 ? failures.map(({address}) => address) : [row.peer];
	// Each of several candidates has its own duration; the time of a blocked event loop does not count.
	const ms = failures.length > 1 ? null : failedAfterMs(row, context.process?.blocked);
	const peers = addresses.flatMap(address => inetAddress(address) ?? []);
	const [peer] = peers;
	if (peer === undefined || !peers.some(each => isLocalAddress(context, each))) {
		return {row, addresses, ms, matchingListeners: [], otherListeners: [], isListenerKnown: false};
	}

	const {facts, now} = context;
	const listening = facts.listeningSocketsOn(row.netns, peer.port);
	const isListenerPending = listening === null && facts.session.ended === null;
	if (isListenerPending && now - (row.closedAt ?? now) < listenerWaitMs) return null;
	const sockets = listening ?? [];
	const listenersByPort = new Map([[peer.port, {sockets: [...sockets], count: sockets.length}]]);
	const matchingListeners = peers.flatMap(each => lookupListeners(listenersByPort, each, null));
	return {
		row,
		addresses,
		ms,
		matchingListeners,
		otherListeners: matchingListeners.length > 0 ? [] : sockets,
		isListenerKnown: listening !== null,
	};
}

function refusalReason(
	{facts}: RowContext,
	{row, matchingListeners: takers, addresses, isListenerKnown: isSeen}: Refusal,
): string {
	const [listener] = takers;
	if (listener !== undefined) {
		const begun = lastAttemptAt(row);
		const before = facts
			.listenerRowsOn(row.netns, listener.port)
			.some(({stage, stageSince}) => stage === 'listening' && begun !== null && stageSince < begun);
		return before
			? `${listenerText(listener)} listens there, so it seems that a firewall rejects`
			: `a socket listens there by now (${listenerText(listener)})`;
	}

	if (row.peer !== null && 'path' in row.peer) {
		return 'no socket listens at that path';
	}

	return isSeen && addresses.length > 0
		? 'no socket listens there'
		: 'as far as can be seen from here, no socket listens there';
}

/** The port's listeners in the newest snapshot. */
function listenerEvidence(
	{now}: RowContext,
	{row, matchingListeners: takers, otherListeners, isListenerKnown: isSeen}: Refusal,
): Evidence[] {
	const port = inetAddress(row.peer)?.port;
	if (!isSeen || port === undefined) return [];
	const sockets = takers.length > 0 ? takers : otherListeners;
	if (sockets.length === 0)
		return [evidenceItem('kernel', `no socket of this network namespace listens on port ${port}`, now)];
	return sockets.slice(0, listenerLimit).map(socket => {
		const only = socket.v6only === true ? ', IPv6 only' : '';
		return evidenceItem('kernel', `a socket listens on ${listenerText(socket)}${only}`, now);
	});
}

function refusalFinding(
	context: RowContext,
	{row, addresses, ms}: Refusal,
	reason: string,
	evidence: readonly Evidence[],
	peer: Address | null,
): Finding {
	const each =
		addresses.length > 1 ? ` at each of its ${addresses.length} addresses (${addressesText(addresses)})` : '';
	return {
		operation: 'connect',
		...endpointFields(row),
		message: `connect ${endpointsText(row)} was refused${each}${afterText(ms)}: ${reason}`,
		evidence: [...(row.error === null ? [] : [errorEvidence(row, row.error)]), ...evidence],
		next:
			peer !== null && 'path' in peer
				? commandInNamespace(context, ['ss', '-xlp', 'src', peer.path])
				: nextCommand(context, 'listeners'),
	};
}

const addressesText = (addresses: readonly (Address | null)[]): string =>
	addresses.slice(0, listenerLimit).map(formatAddress).join(', ') +
	(addresses.length > listenerLimit ? ', …' : '');

/** As formatAddress; `*` where the listener accepts both families. */
function listenerText(socket: ListeningSocket): string {
	const printed = listeningAddress(socket);
	return printed.includes(':') && !printed.startsWith('*')
		? `${hostTextOf({...socket, family: 6})}:${socket.port}`
		: `${printed}:${socket.port}`;
}
