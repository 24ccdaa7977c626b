/** How findings are put into words: addresses, evidence and the next command, all from a row's own values. */

import type {Evidence, EvidenceSource, NextStep, RowContext} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatCount} from '../../../domain/format.ts';
import type {Address, CloseReason, Row} from '../../../domain/row.ts';
import {closeReasons} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';

/** Both ends, as the fields of a finding. */
export const endpointFields = ({
	local,
	peer,
}: Pick<Row, 'local' | 'peer'>): {
	local: Address | null;
	peer: Address | null;
} => ({local, peer});

/** "to 10.0.0.9:443 from 10.0.0.5:41234", with the name that was asked for; without the source where it is not known. */
export const endpointsText = ({host, local, peer}: Pick<Row, 'host' | 'local' | 'peer'>): string => {
	const name =
		host === null || (peer !== null && 'address' in peer && peer.address === host) ? '' : sanitize(host);
	const peerAddress =
		peer === null
			? name || 'an unknown address'
			: name
				? `${name} (${formatAddress(peer)})`
				: formatAddress(peer);
	return local === null ? `to ${peerAddress}` : `to ${peerAddress} from ${formatAddress(local)}`;
};

/** @param text is cleaned here: what is quoted in it may come from outside */
export const evidenceItem = (source: EvidenceSource, text: string, at: number): Evidence => ({
	source,
	fact: sanitize(text),
	at,
});

/** What a command looks at, of a row's own values. */
export type CommandTopic = 'socket' | 'listeners' | 'route' | 'name';

/**
 * The next command, with the row's values as words of their own: nothing of it goes through a shell. Where the process
 * is in another network namespace than netwatch, it is entered first.
 *
 * - `socket`: this connection, with timers, buffers and TCP info
 * - `listeners`: who listens on the port (the peer's; a listener's own)
 * - `route`: the way to the peer
 * - `name`: what the resolver answers
 */
export function nextCommand({row, process, facts}: RowContext, topic: CommandTopic): NextStep {
	const argv = commandWords(row, topic);
	if (argv === null) return {advice: `the row does not tell enough of it: what is asked for is its ${topic}`};
	return {argv: [...nsenterPrefix(row.netns, process?.pid ?? row.pid, facts.session.netns), ...argv]};
}

/** @returns words before a command that run it in the namespace of a process, none where that is our own */
export const nsenterPrefix = (
	netns: string | null,
	pid: number | null,
	own: string | null,
): readonly string[] =>
	netns === null || own === null || netns === own || pid === null ? [] : ['nsenter', '-t', String(pid), '-n'];

function commandWords({local, peer, host, role}: Row, topic: CommandTopic): readonly string[] | null {
	const peerAddress = peer !== null && 'address' in peer ? peer : null;
	const localAddress = local !== null && 'address' in local ? local : null;
	switch (topic) {
		case 'socket': {
			const ports = [
				...(localAddress === null || localAddress.port === 0 ? [] : ['sport', '=', `:${localAddress.port}`]),
				...(peerAddress === null ? [] : ['dport', '=', `:${peerAddress.port}`]),
			];
			return ports.length === 0 ? null : ['ss', '-tanoeimp', ...ports];
		}

		case 'listeners': {
			const port = role === 'listener' ? localAddress?.port : peerAddress?.port;
			return port === undefined ? null : ['ss', '-tlnp', 'sport', '=', `:${port}`];
		}

		case 'route':
			return peerAddress === null ? null : ['ip', 'route', 'get', peerAddress.address];
		case 'name':
			return host === null ? null : ['getent', 'ahosts', host];
	}
}

/** An address among a step's own fields; null where there is none. */
export function addressFromField(value: unknown): Address | null {
	if (typeof value !== 'object' || value === null) return null;
	if ('path' in value && typeof value.path === 'string') return {path: value.path};
	if (!('address' in value && 'port' in value && 'family' in value)) return null;
	const {address, port, family} = value;
	if (typeof address !== 'string' || typeof port !== 'number' || (family !== 4 && family !== 6)) return null;
	return {address, port, family};
}

/** Why a row's socket was closed, as its last step says; null where it is open or nobody has said. */
export function closeReason({steps}: Pick<Row, 'steps'>): CloseReason | null {
	const reason = steps.findLast(({step}) => step === 'close')?.fields.reason;
	return closeReasons.find(known => known === reason) ?? null;
}

/** Steps of `atLeast`, in ms. */
const durationSteps = [
	...[200, 500, 1000, 2000, 3000, 5000, 10_000, 15_000, 20_000, 30_000, 45_000],
	...[1, 2, 3, 5, 10, 15, 30].map(minutes => minutes * 60_000),
	...[1, 2, 3, 6, 12, 24].map(hours => hours * 3_600_000),
];

/**
 * A time that goes on, in steps: a message that said it exactly would change with every look.
 *
 * @param ms at least the first step
 * @returns e.g. "5 s or more"
 */
export const atLeastText = (ms: number): string => {
	const length = durationSteps.findLast(each => each <= ms) ?? 0;
	if (length < 1000) return `${length} ms or more`;
	if (length < 60_000) return `${length / 1000} s or more`;
	return length < 3_600_000 ? `${length / 60_000} min or more` : `${length / 3_600_000} h or more`;
};

/** "1 connection", "3 connections". */
export const countText = (number: number, noun: string): string =>
	`${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;

/** Where a connection comes from; null of a unix socket, whose clients have no name. */
export const inetPeerOf = ({peer}: Pick<Row, 'peer'>): Address | null =>
	peer === null || 'path' in peer ? null : peer;
