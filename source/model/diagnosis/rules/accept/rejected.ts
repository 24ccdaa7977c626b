/** Connections that a server takes from the kernel and does not want: over its limit, or closed at once. */

import type {RowRule, World} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {addressIn, closeReason, countOf, fact, look, namedPeer} from '../../evidence/wording.ts';

/** For how long what has happened is told. */
const toldForMs = 10_000;
const peersNamed = 3;

export const limited: RowRule = {
	name: 'max-connections',
	of: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'the server has as many connections as it allows itself',
	stages: ['listening'],
	roles: ['listener'],
	isPast: false,
	// A burst is told as a whole.
	raiseAfterMs: 500,
	clearAfterMs: 1000,
	find(situation) {
		const {row, now} = situation;
		const {connections: serving} = row;
		if (serving === null || serving.drops === 0) return null;
		const dropped = row.steps.filter(({step}) => step === 'drop').slice(-peersNamed);
		const last = dropped.at(-1);
		if (last === undefined || now - last.at > toldForMs) return null;
		const local = addressIn(last.fields.local) ?? row.local;
		const peer = addressIn(last.fields.peer);
		const limit = serving.maxConnections === null ? 'its limit' : `maxConnections ${serving.maxConnections}`;
		const from = peer === null ? '' : `, the last one from ${formatAddress(peer)}`;
		return {
			operation: 'accept',
			local,
			peer,
			message: `accept at ${formatAddress(local)} closed ${countOf(serving.drops, 'connection')} unseen${from}: the server has reached ${limit}`,
			evidence: [
				fact(
					'process',
					`${limit}, ${countOf(serving.connections, 'connection')} now, ${serving.drops} dropped`,
					last.at,
				),
				...dropped.map(({at, fields}) =>
					fact('process', `dropped: the connection from ${formatAddress(addressIn(fields.peer))}`, at),
				),
			],
			next: look(situation, 'socket'),
		};
	},
};

/** A connection that somebody meant to use lives longer. */
const atOnceMs = 1000;
/** Of so few nobody knows whether they are the rule. */
const fewest = 3;

type Turned = {silent: number; others: number; last: Row | null};

export const closedAtOnce: RowRule = {
	name: 'accepted-then-closed',
	of: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'the server closes what it has accepted, without a byte',
	stages: ['listening'],
	roles: ['listener'],
	isPast: false,
	raiseAfterMs: 1000,
	clearAfterMs: 1000,
	find({row, world}) {
		if (row.acceptQueue?.accepted === 0) return null;
		const turned = world.once(turnedAway).get(row.id);
		if (turned === undefined || turned.last === null) return null;
		const {silent, others, last} = turned;
		const of = silent + others;
		const peer = namedPeer(last);
		const lived = formatMs((last.closedAt ?? last.openedAt) - last.openedAt);
		return {
			severity: silent >= fewest && silent * 2 > of ? 'warn' : 'info',
			operation: 'accept',
			local: row.local,
			peer,
			message: `accept at ${formatAddress(row.local)}: the server closed ${silent} of ${countOf(of, 'connection')} at once and without a byte${peer === null ? '' : `, the last one from ${formatAddress(peer)}`}`,
			evidence: [
				fact(
					'process',
					`${closeReason(last)} ${lived} after accept, 0 bytes read, 0 bytes written`,
					last.closedAt ?? last.openedAt,
				),
				...(last.site === null ? [] : [fact('process', `made at ${last.site}`, last.openedAt)]),
			],
			next: {
				advice: `look at what the listener of 'connection' does first (the server listens since ${row.site ?? 'an unknown place'}): an address that it does not accept, a limit of its own, or a handler that throws`,
			},
		};
	},
};

/** By listener: connections of the last seconds that it closed at once, and all others that it has or had. */
function turnedAway(world: World): ReadonlyMap<string, Turned> {
	const found = new Map<string, Turned>();
	for (const row of world.rows.values()) {
		if (row.role !== 'server' || row.listener === null || row.stage === 'queued') continue;
		const turned = found.get(row.listener) ?? {silent: 0, others: 0, last: null};
		found.set(row.listener, turned);
		if (!isTurnedAway(row, world.now)) {
			turned.others++;
			continue;
		}

		turned.silent++;
		if ((row.closedAt ?? 0) >= (turned.last?.closedAt ?? 0)) turned.last = row;
	}

	return found;
}

function isTurnedAway(row: Row, now: number): boolean {
	const {closedAt, openedAt, process, error} = row;
	if (closedAt === null || closedAt - openedAt > atOnceMs || now - closedAt > toldForMs) return false;
	if (error !== null || process === null || process.bytesRead !== 0 || process.bytesWritten !== 0)
		return false;
	const reason = closeReason(row);
	return reason === 'local-destroy' || reason === 'local-end';
}
