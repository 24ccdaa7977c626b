/** Findings of the phase `boundary`: what lies between the two ends, as far as the ends tell. None of it is wrong. */

import {normalizeAddress} from '../../../domain/address.ts';
import type {Evidence, Finding, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Address, Row, Stage} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {
	ownNetworkOf,
	type Rewritten,
	relayedBy,
	representatives,
	rewrittenBy,
} from '../evidence/relays-and-nat.ts';
import {endpoints, entering, fact, look} from '../evidence/wording.ts';

/** A connection is there, or was. */
const connected: readonly Stage[] = [
	...(['tls', 'accepted', 'open', 'draining', 'paused', 'peer-ended', 'ended', 'closing'] as const),
	...(['lingering', 'closed'] as const),
];

const common = {
	of: 'row',
	phase: 'boundary',
	severity: 'info',
	stages: connected,
	// Counters of two rows, and both ends of a connection, come one after the other.
	raiseAfterMs: 1000,
	clearAfterMs: 5000,
} as const;

const proxyHop: RowRule = {
	...common,
	name: 'proxy-hop',
	title: 'the connection goes on through a proxy',
	roles: ['client'],
	isPast: true,
	find(situation) {
		const asked = askedOfProxy(situation.row);
		return asked === null ? relay(situation) : tunnel(situation, asked);
	},
};

type Asked = {target: string; at: number};

/** What a client has asked a proxy for by CONNECT (RFC 9110 §9.3.6), which is the first request of its connection. */
function askedOfProxy({http, steps}: Row): Asked | null {
	if (http === null) return null;
	const request = steps.find(({step}) => step === 'request' || step === 'response');
	const {method, path} = request?.fields ?? {};
	if (request === undefined || method !== 'CONNECT' || typeof path !== 'string') return null;
	return {target: sanitize(path.slice(0, targetLength)), at: request.at};
}

const targetLength = 262;

function tunnel(situation: RowSituation, {target, at}: Asked): Finding {
	const {row} = situation;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpoints(row)} reached a proxy, which was asked for a tunnel to ${target || 'another place'}`,
		evidence: [fact('process', `the first request was CONNECT ${target}`, at)],
		next: look(situation, 'socket'),
	};
}

function relay(situation: RowSituation): Finding | null {
	const {row, world} = situation;
	const source = relayedBy(row, world);
	if (source === null || row.process === null) return null;
	const {bytesRead, bytesWritten, seenAt} = row.process;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpoints(row)} carries on what ${sanitize(row.program) || 'this process'} accepted from ${formatAddress(source.peer)}: it is a proxy between them, as far as can be told`,
		evidence: [
			fact(
				'process',
				`both connections have carried the same: ${bytesWritten} bytes there and ${bytesRead} bytes back`,
				Math.min(seenAt, situation.now),
			),
			fact(
				'process',
				`this one was made ${formatMs(Math.max(0, row.openedAt - source.openedAt))} after that one was accepted at ${formatAddress(source.local)}`,
				row.openedAt,
			),
		],
		next: look(situation, 'socket'),
	};
}

const container: RowRule = {
	...common,
	name: 'peer-is-container',
	title: 'the peer is on a virtual network of this host',
	stages: connected.filter(stage => stage !== 'closed' && stage !== 'lingering'),
	roles: ['client', 'server'],
	isPast: false,
	// Of the connections to one peer one is told of; while they come and go, that is often another one. It is no news of
	// a connection that has just been made.
	raiseAfterMs: 5000,
	find(situation) {
		const {row, world} = situation;
		const network = ownNetworkOf(row, world);
		if (network === null || world.once(representatives).get(network.key) !== row.id) return null;
		const operation = row.role === 'server' ? 'accept' : 'connect';
		const ways =
			operation === 'accept'
				? `accept from ${formatAddress(row.peer)} at ${formatAddress(row.local)}`
				: `connect ${endpoints(row)}`;
		const {device, what, seenAt} = network;
		return {
			operation,
			local: row.local,
			peer: row.peer,
			message: `${ways} stays on this host as far as can be told: ${device} is ${what}, and the peer is right behind it`,
			evidence: [
				fact('route', `${formatAddress(row.peer)} is reached by ${device} without a gateway`, seenAt),
				fact('kernel', `${device} is ${what}`, seenAt),
			],
			next: look(situation, 'route'),
		};
	},
};

const rewritten: RowRule = {
	...common,
	name: 'source-rewritten',
	title: 'addresses are translated between the two ends',
	roles: ['client'],
	isPast: true,
	find(situation) {
		const {row, world} = situation;
		if (row.pair !== null || row.local === null || row.peer === null) return null;
		const found = rewrittenBy(row, world);
		return found === null ? null : translated(situation, found);
	},
};

function translated(situation: RowSituation, {far, changed}: Rewritten): Finding {
	const {row, process, world} = situation;
	const connectedAt = row.steps.find(({step}) => step === 'connect')?.at ?? row.openedAt;
	const what =
		changed === 'source'
			? `was accepted as one from ${formatAddress(far.peer)}: its source address is rewritten on the way`
			: `was accepted at ${formatAddress(far.local)}: its destination is rewritten on the way`;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpoints(row)} ${what}`,
		evidence: [
			fact(
				'process',
				`connected from ${formatAddress(row.local)} to ${formatAddress(row.peer)}`,
				connectedAt,
			),
			fact(
				'peer',
				`${sanitize(far.program) || 'a process'} (pid ${far.pid}) accepted ${formatAddress(far.peer)} at ${formatAddress(far.local)}, ${apart(far.openedAt - connectedAt)}`,
				far.openedAt,
			),
			...sameBytes(row, far),
		],
		next: {
			argv: [
				...entering(row.netns, process?.pid ?? row.pid, world.session.netns),
				...['conntrack', '-L', '-p', 'tcp', ...sourceWords(row.local)],
			],
		},
	};
}

const apart = (ms: number): string =>
	ms < 0 ? `${formatMs(-ms)} before the client knew` : `${formatMs(ms)} after the client knew`;

const sourceWords = (local: Address | null): readonly string[] =>
	local === null || 'path' in local
		? []
		: ['-s', normalizeAddress(local.address), '--sport', String(local.port)];

/** Where both ends have counted the same, that is one more sign that they are of one connection. */
function sameBytes({process: near}: Row, {process: far}: Row): Evidence[] {
	if (near === null || far === null || !near.bytesWritten || near.bytesWritten !== far.bytesRead) return [];
	const count = `${near.bytesWritten} bytes were written here and read there`;
	return [fact('peer', count, Math.min(near.seenAt, far.seenAt))];
}

export const boundaryRules: readonly Rule[] = [proxyHop, container, rewritten];
