/** Own addresses and ports: which there are, and who has them. */

import {isWildcard, normalizeAddress} from '../../../domain/address.ts';
import type {EvidenceSource, RowSituation, World} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../domain/format.ts';
import type {Address, Row} from '../../../domain/row.ts';
import type {InterfaceView} from '../../../domain/view/namespace.ts';
import {sanitize} from '../../../text/sanitize.ts';

/** Who has an address that somebody else wanted. */
export type LocalHolder = {
	/** For a sentence: "server.js (pid 811)". */
	who: string;
	/** Whether it is known which process that is. */
	isNamed: boolean;
	where: string;
	source: EvidenceSource;
	at: number;
};

const holdersNamed = 4;

/** The sockets that have what a row asked for, as far as they are seen: by the kernel's listeners, else by other rows. */
export function holdersOf({row, world, now}: Pick<RowSituation, 'row' | 'world' | 'now'>): LocalHolder[] {
	const {local} = row;
	if (local === null) return [];
	const listening = (row.acceptQueue?.others ?? [])
		.filter(({address}) => 'port' in local && collide(address.replace(/^\[|\]$|%.*$/g, ''), local.address))
		.map(({address, pid, program}) => ({
			who: whoIs(program, pid),
			isNamed: pid !== null,
			where: `${sanitize(address)}:${'port' in local ? local.port : ''}`,
			source: 'kernel' as const,
			at: row.acceptQueue?.queueMaxAt ?? row.closedAt ?? now,
		}));
	if (listening.length > 0) return listening.slice(0, holdersNamed);
	const found: LocalHolder[] = [];
	for (const other of world.once(holdersByPlace).get(placeOf(local)) ?? []) {
		if (other.id === row.id || !hasIt(other, row, local)) continue;
		const state = other.kernel === null ? other.stage : other.kernel.state;
		found.push({
			who: whoIs(other.program, other.pid),
			isNamed: other.pid !== null,
			where: `${formatAddress(other.local)} (${state})`,
			source: other.kernel === null ? 'process' : 'kernel',
			at: other.kernel?.seenAt ?? other.stageSince,
		});
		if (found.length === holdersNamed) break;
	}

	return found;
}

/** Whether some row asked for a port that another socket has, and nobody has told yet which process that is. */
export function lacksHolder(rows: ReadonlyMap<string, Row>): boolean {
	const wanting = [...rows.values()].filter(
		row =>
			row.error?.code === 'EADDRINUSE' && row.role === 'listener' && row.kind === 'tcp' && isUnnamed(row),
	);
	if (wanting.length === 0) return false;
	const byPlace = holdersByPlace({rows});
	return wanting.some(row => {
		const {local} = row;
		return local === null || !byPlace.get(placeOf(local))?.some(other => hasIt(other, row, local));
	});
}

/** A port of whatever address, or a path. */
const placeOf = (address: Address): number | string => ('path' in address ? address.path : address.port);

/** The sockets that may have what another one asks for, by `placeOf`, in the order of the table. */
function holdersByPlace({rows}: Pick<World, 'rows'>): ReadonlyMap<number | string, readonly Row[]> {
	const found = new Map<number | string, Row[]>();
	for (const row of rows.values()) {
		const {local, stage, role} = row;
		if (local === null || stage === 'failed' || role === 'server') continue;
		const place = placeOf(local);
		const known = found.get(place);
		if (known === undefined) found.set(place, [row]);
		else known.push(row);
	}

	return found;
}

/** Of a port that could not be had: its holder was not seen, or is a process that nobody has told of. */
const isUnnamed = ({acceptQueue: accepting}: Pick<Row, 'acceptQueue'>): boolean =>
	accepting === null || accepting.others.length === 0 || accepting.others.some(({pid}) => pid === null);

const whoIs = (program: string | null, pid: number | null): string =>
	pid === null
		? 'a process that is not seen from here'
		: program
			? `${sanitize(program)} (pid ${pid})`
			: `pid ${pid}`;

/** Whether a row's socket had what another asked for when that failed. */
function hasIt(
	{netns, kind, local, stage, kernel, role, openedAt, closedAt}: Row,
	wanted: Row,
	address: Address,
): boolean {
	if (netns !== wanted.netns || local === null || stage === 'failed') return false;
	const failedAt = wanted.closedAt ?? wanted.openedAt;
	const isOver = closedAt !== null && closedAt < failedAt;
	if (openedAt > failedAt || (isOver && stage !== 'lingering' && kernel?.state !== 'TIME-WAIT')) return false;
	if ('path' in address) return 'path' in local && local.path === address.path && role === 'listener';
	if ('path' in local || local.port !== address.port) return false;
	// A connection that was accepted shares its port with the listener and keeps nobody from anything.
	if (role === 'server' || (kind === 'udp') !== (wanted.kind === 'udp')) return false;
	return collide(local.address, address.address);
}

/** Whether two sockets on one port are in each other's way: by the same address, or as one of them takes all. */
function collide(one: string, other: string): boolean {
	const wild = [one, other].some(
		address => address === '*' || isWildcard({address, port: 0, family: address.includes(':') ? 6 : 4}),
	);
	return wild || normalizeAddress(one) === normalizeAddress(other);
}

export type InterfaceAddress = {address: string; device: string; at: number};

/** Each address of the interfaces, without its prefix. */
export const interfaceAddresses = (interfaces: readonly InterfaceView[] | undefined): InterfaceAddress[] =>
	(interfaces ?? []).flatMap(({name, addresses, seenAt}) =>
		addresses.map(each => ({
			address: normalizeAddress(each.replace(/\/\d+$/, '')),
			device: sanitize(name),
			at: seenAt,
		})),
	);

/** The own end that the message of a failed connect() tells: "… - Local (0.0.0.0:45678)", of Node's net; else null. */
export function localIn(message: string): {address: string; port: number; family: 4 | 6} | null {
	const [, address, port] = / - Local \((.{1,60}):(\d{1,5})\)$/.exec(message) ?? [];
	if (address === undefined || address === 'undefined' || port === undefined) return null;
	return {address, port: Number(port), family: address.includes(':') ? 6 : 4};
}
