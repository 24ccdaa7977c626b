/** The wording of findings: addresses, evidence and the next command, all from a row's own values. */

import type {Evidence, EvidenceSource, NextStep, RowContext} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatCount} from '../../../domain/format.ts';
import type {Address, CloseReason, Row} from '../../../domain/row.ts';
import {closeReasons} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {socketPathOf} from './socket-path.ts';

/** Both ends, as the fields of a finding. */
export const endpointFields = ({
	local,
	peer,
}: Pick<Row, 'local' | 'peer'>): {
	local: Address | null;
	peer: Address | null;
} => ({local, peer});

/** "to 10.0.0.9:443 from 10.0.0.5:41234", with the host name; without the source where unknown. */
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

/** @param text sanitized here: quoted parts may come from outside */
export const evidenceItem = (source: EvidenceSource, text: string, at: number): Evidence => ({
	source,
	fact: sanitize(text),
	at,
});

/** The subject of a command. */
export type CommandTopic = 'socket' | 'listeners' | 'route' | 'name';

/**
 * The next command as argv, with the row's values as separate words: no shell is involved. Where the process
 * is in another network namespace than netwatch, nsenter comes first.
 *
 * - `socket`: this connection, with timers, buffers and TCP info
 * - `listeners`: the listeners on the port (the peer's; a listener's own)
 * - `route`: the route to the peer
 * - `name`: the resolver's answer
 *
 * Of a unix socket, whatever has its path takes the place of connection, listeners and route.
 */
export function nextCommand(
	context: Pick<RowContext, 'row' | 'process' | 'facts'>,
	topic: CommandTopic,
): NextStep {
	const argv = commandWords(context.row, topic);
	if (argv === null) return {advice: `the row does not show enough of it: what is asked for is its ${topic}`};
	return commandInNamespace(context, argv);
}

/**
 * A command in the row's namespace, entered by a process that is still there. Where none is left, the engine makes
 * advice of it (next-step.ts).
 */
export function commandInNamespace(
	{row, process, facts}: Pick<RowContext, 'row' | 'process' | 'facts'>,
	argv: readonly string[],
): NextStep {
	const {netns, pid} = row;
	const own = facts.session.netns;
	const isThere = process === null ? pid !== null : process.endedAt === null;
	const other = isThere
		? undefined
		: facts.processes.find(each => each.netns === netns && each.endedAt === null);
	const entered = other?.pid ?? process?.pid ?? pid;
	if (entered === null && netns !== null && own !== null && netns !== own)
		return {advice: `in the network namespace ${netns}: ${argv.join(' ')}`};
	return {argv: [...nsenterPrefix(netns, entered, own), ...argv]};
}

/** @returns the words that run a command in the namespace of a process, none where that is netwatch's own */
export const nsenterPrefix = (
	netns: string | null,
	pid: number | null,
	own: string | null,
): readonly string[] =>
	netns === null || own === null || netns === own || pid === null ? [] : ['nsenter', '-t', String(pid), '-n'];

function commandWords(
	{local, peer, host, role, route, kind}: Row,
	topic: CommandTopic,
): readonly string[] | null {
	const peerAddress = peer !== null && 'address' in peer ? peer : null;
	const localAddress = local !== null && 'address' in local ? local : null;
	const path = socketPathOf(peer) ?? socketPathOf(local);
	if (path !== null && topic !== 'name') return ['ss', topic === 'socket' ? '-xap' : '-xlp', 'src', path];
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
			if (peerAddress === null) return null;
			return [
				...['ip', 'route', 'get', peerAddress.address],
				...(route === null || route.from === null ? [] : ['from', route.from]),
				...(route?.rule !== undefined && /\b(ipproto|sport|dport) /.test(route.rule)
					? [
							'ipproto',
							kind === 'udp' ? 'udp' : 'tcp',
							...portWords('sport', localAddress),
							...portWords('dport', peerAddress),
						]
					: []),
			];
		case 'name':
			return host === null ? null : ['getent', 'ahosts', host];
	}
}

const portWords = (name: 'sport' | 'dport', address: {port: number} | null): readonly string[] =>
	address === null || address.port === 0 ? [] : [name, String(address.port)];

/** An address from a step's fields; null where there is none. */
export function addressFromField(value: unknown): Address | null {
	if (typeof value !== 'object' || value === null) return null;
	if ('path' in value && typeof value.path === 'string') return {path: value.path};
	if (!('address' in value && 'port' in value && 'family' in value)) return null;
	const {address, port, family} = value;
	if (typeof address !== 'string' || typeof port !== 'number' || (family !== 4 && family !== 6)) return null;
	return {address, port, family};
}

/** The close reason in a row's last step; null where it is open or no reason was reported. */
export function closeReason({steps}: Pick<Row, 'steps'>): CloseReason | null {
	const reason = steps.findLast(({step}) => step === 'close')?.fields.reason;
	return closeReasons.find(each => each === reason) ?? null;
}

/** Steps of `atLeast`, in ms. */
const durationSteps = [
	...[200, 500, 1000, 2000, 3000, 5000, 10_000, 15_000, 20_000, 30_000, 45_000],
	...[1, 2, 3, 5, 10, 15, 30].map(minutes => minutes * 60_000),
	...[1, 2, 3, 6, 12, 24].map(hours => hours * 3_600_000),
];

/**
 * A running duration in coarse steps, so that a message does not change with every pass.
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

/** The peer of a connection; null for a unix socket, whose clients are unnamed. */
export const inetPeerOf = ({peer}: Pick<Row, 'peer'>): Address | null =>
	peer === null || 'path' in peer ? null : peer;
