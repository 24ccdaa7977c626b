/** Local addresses and ports, and the processes that hold them. */

import {isWildcard, normalizeAddress} from '../../../domain/address.ts';
import type {Evidence, EvidenceSource, RowContext, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../domain/format.ts';
import type {Address, Row} from '../../../domain/row.ts';
import type {InterfaceView} from '../../../domain/view/namespace.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {cutPath} from './socket-path.ts';
import {evidenceItem} from './wording.ts';

/** The holder of an address that another socket failed to bind. */
export type AddressHolder = {
	/** For a sentence: "server.js (pid 811)". */
	label: string;
	/** Set where the process is known. */
	isProcessKnown: boolean;
	endpoint: string;
	source: EvidenceSource;
	at: number;
};

export const holderEvidence = ({label, endpoint, source, at}: AddressHolder): Evidence =>
	evidenceItem(source, `${endpoint} belongs to ${label}`, at);

const holderLimit = 4;

/**
 * The sockets that hold a row's requested address, as far as known: from the kernel's listeners, else from
 * other rows.
 */
export function addressHoldersOf({
	row,
	facts,
	now,
}: Pick<RowContext, 'row' | 'facts' | 'now'>): AddressHolder[] {
	const {local} = row;
	if (local === null) return [];
	const listening = (row.acceptQueue?.others ?? [])
		.filter(
			({address}) =>
				'port' in local && addressesConflict(address.replace(/^\[|\]$|%.*$/g, ''), local.address),
		)
		.map(({address, pid, program}) => ({
			label: processLabel(program, pid),
			isProcessKnown: pid !== null,
			endpoint: `${sanitize(address)}:${'port' in local ? local.port : ''}`,
			source: 'kernel' as const,
			at: row.acceptQueue?.queueMaxAt ?? row.closedAt ?? now,
		}));
	if (listening.length > 0) return listening.slice(0, holderLimit);
	const holders: AddressHolder[] = [];
	for (const other of rowsAt(facts, local)) {
		if (other.id === row.id || !holdsAddress(other, row, local)) continue;
		const state = other.kernel === null ? other.stage : other.kernel.state;
		holders.push({
			label: processLabel(other.program, other.pid),
			isProcessKnown: other.pid !== null,
			endpoint: `${formatAddress(other.local)} (${state})`,
			source: other.kernel === null ? 'process' : 'kernel',
			at: other.kernel?.seenAt ?? other.stageSince,
		});
		if (holders.length === holderLimit) break;
	}

	return holders;
}

/** Detects a port whose holder is a socket of a still unknown process. */
export function hasUnknownHolder(rows: ReadonlyMap<string, Row>): boolean {
	const failedListeners = [...rows.values()].filter(
		row =>
			row.error?.code === 'EADDRINUSE' &&
			row.role === 'listener' &&
			row.kind === 'tcp' &&
			isHolderUnknown(row),
	);
	if (failedListeners.length === 0) return false;
	const rowsByKey = rowsByBindKey({rows});
	return failedListeners.some(row => {
		const {local} = row;
		return local === null || !rowsByKey.get(bindKeyOf(local))?.some(other => holdsAddress(other, row, local));
	});
}

/** Sockets that may hold an address, in the order of the table. */
export const rowsAt = (facts: Pick<RuleFacts, 'cached'>, address: Address): readonly Row[] =>
	facts.cached(rowsByBindKey).get(bindKeyOf(address)) ?? [];

/** The key of a port on any address, or of a path as far as the kernel can hold it. */
const bindKeyOf = (address: Address): number | string =>
	'path' in address ? cutPath(address.path) : address.port;

/** Sockets that may hold an address, by `bindKeyOf`, in the order of the table. */
function rowsByBindKey({rows}: Pick<RuleFacts, 'rows'>): ReadonlyMap<number | string, readonly Row[]> {
	const rowsByKey = new Map<number | string, Row[]>();
	for (const row of rows.values()) {
		const {local, stage, role} = row;
		if (local === null || stage === 'failed' || role === 'server') continue;
		getOrCreate(rowsByKey, bindKeyOf(local), () => []).push(row);
	}

	return rowsByKey;
}

/** A failed bind whose holder was not seen, or belongs to an unknown process. */
const isHolderUnknown = ({acceptQueue}: Pick<Row, 'acceptQueue'>): boolean =>
	acceptQueue === null || acceptQueue.others.length === 0 || acceptQueue.others.some(({pid}) => pid === null);

const processLabel = (program: string | null, pid: number | null): string =>
	pid === null
		? 'a process that is not seen from here'
		: program
			? `${sanitize(program)} (pid ${pid})`
			: `pid ${pid}`;

/** Decides whether a row's socket held the wanted address at the time of the failure. */
function holdsAddress(
	{netns, kind, local, stage, kernel, role, openedAt, closedAt}: Row,
	wanted: Row,
	address: Address,
): boolean {
	if (netns !== wanted.netns || local === null || stage === 'failed') return false;
	const failedAt = wanted.closedAt ?? wanted.openedAt;
	const isOver = closedAt !== null && closedAt < failedAt;
	if (openedAt > failedAt || (isOver && stage !== 'lingering' && kernel?.state !== 'TIME-WAIT')) return false;
	if ('path' in address)
		return 'path' in local && cutPath(local.path) === cutPath(address.path) && role === 'listener';
	if ('path' in local || local.port !== address.port) return false;
	// An accepted connection shares its listener's port and blocks no bind().
	if (role === 'server' || (kind === 'udp') !== (wanted.kind === 'udp')) return false;
	return addressesConflict(local.address, address.address);
}

/** Two sockets on one port conflict by equal addresses, or where one is a wildcard. */
function addressesConflict(one: string, other: string): boolean {
	const isAnyWildcard = [one, other].some(
		address => address === '*' || isWildcard({address, port: 0, family: address.includes(':') ? 6 : 4}),
	);
	return isAnyWildcard || normalizeAddress(one) === normalizeAddress(other);
}

export type InterfaceAddress = {address: string; device: string; at: number};

/** The addresses of the interfaces, without prefix length. */
export const interfaceAddresses = (interfaces: readonly InterfaceView[] | undefined): InterfaceAddress[] =>
	(interfaces ?? []).flatMap(({name, addresses, seenAt}) =>
		addresses.map(prefixed => ({
			address: normalizeAddress(prefixed.replace(/\/\d+$/, '')),
			device: sanitize(name),
			at: seenAt,
		})),
	);

/**
 * The local address in the message of a failed connect(), "… - Local (0.0.0.0:45678)" from Node's net; else
 * null.
 */
export function localAddressInMessage(
	message: string,
): {address: string; port: number; family: 4 | 6} | null {
	const [, address, port] = / - Local \((.{1,60}):(\d{1,5})\)$/.exec(message) ?? [];
	if (address === undefined || address === 'undefined' || port === undefined) return null;
	return {address, port: Number(port), family: address.includes(':') ? 6 : 4};
}
