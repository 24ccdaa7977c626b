/** A row's last connection attempt, and related facts from other views. */

import {isWildcard, normalizeAddress} from '../../../../domain/address.ts';
import type {Evidence, RowContext} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatHost, formatMs} from '../../../../domain/format.ts';
import {gatewayText} from '../../../../domain/route.ts';
import type {Address, BlockedSpan, Row, RowError} from '../../../../domain/row.ts';
import type {InterfaceView} from '../../../../domain/view/namespace.ts';
import {loopRunMs} from '../../evidence/lookups.ts';
import {evidenceItem} from '../../evidence/wording.ts';

export type InetAddress = Extract<Address, {address: string}>;

/** @returns null for a unix socket, and where unknown */
export const inetAddress = (address: Address | null): InetAddress | null =>
	address !== null && 'address' in address ? address : null;

/**
 * The error of a failed connection attempt.
 *
 * @returns null where it failed at another phase, or with another code
 */
export function connectError({error}: Row, codes: ReadonlySet<string>): RowError | null {
	return error !== null && error.operation === 'connect' && codes.has(error.code) ? error : null;
}

/** When the last attempt began, ms since the epoch; null where no step of it is kept. */
export const lastAttemptAt = ({steps}: Row): number | null =>
	steps.findLast(({step}) => step === 'attempt')?.at ?? null;

/**
 * How long the failed attempt took, in ms; null where a step of it is missing.
 *
 * @param blocked event loop delays, which are subtracted
 */
export function failedAfterMs({steps, closedAt}: Row, blocked: readonly BlockedSpan[] = []): number | null {
	const attemptIndex = steps.findLastIndex(({step}) => step === 'attempt');
	const from = steps[attemptIndex];
	if (from === undefined) return null;
	const end = steps.slice(attemptIndex).find(({step}) => attemptEnds.has(step))?.at ?? closedAt;
	return end === null ? null : loopRunMs(from.at, end, blocked);
}

const attemptEnds: ReadonlySet<string> = new Set(['attempt-failed', 'attempt-timeout', 'error']);

/** " after 0.3 ms"; empty where unknown. */
export const afterText = (ms: number | null): string => (ms === null ? '' : ` after ${formatMs(ms)}`);

/** Node's `exceptionWithHostPort`: "connect EINVAL 10.77.0.2:443 - Local (127.0.0.1:44259)". */
const localInMessagePattern = / - Local \(([0-9a-fA-F:.]{2,45}):(\d{1,5})\)$/;

/** The row with the source address from its error: a connection that fails at once has no local address. */
export function withSourceFromError<Of extends Pick<Row, 'local' | 'error'>>(row: Of): Of {
	if (row.local !== null || row.error === null) return row;
	const [, address, port] = localInMessagePattern.exec(row.error.message) ?? [];
	if (address === undefined) return row;
	const local: InetAddress = {address, port: Number(port), family: address.includes(':') ? 6 : 4};
	return isWildcard(local) && local.port === 0 ? row : {...row, local};
}

/** The error as reported to the process, with its time. */
export const errorEvidence = (row: Row, {code, message}: RowError): Evidence =>
	evidenceItem(
		'process',
		`${code}${afterText(failedAfterMs(row))}: ${message.replace(sourceInMessage, '').slice(0, messageLimit)}`,
		row.closedAt ?? row.openedAt,
	);

const messageLimit = 160;
/** Omitted, since the finding has a field for it; `undefined` where there was no socket. */
const sourceInMessage = / - Local \([^()]*\)$/;

/** The kernel's route, from the newest answer. */
export function routeEvidence({row: {route}, now}: Pick<RowContext, 'row' | 'now'>): Evidence[] {
	if (route === null) return [];
	const {dst, error, dev, src, from, table, rule} = route;
	const gateway = gatewayText(route);
	if (error !== null) return [evidenceItem('route', `the route to ${dst}: ${error}`, now)];
	const pathText = `${dev === null ? '' : ` by ${dev}`}${gateway === null ? '' : ` through ${gateway}`}`;
	const source =
		src === null
			? ''
			: from === null || from === src
				? `, from ${src}`
				: `, from ${from}; by itself it would choose ${src}`;
	const ruleText = rule === undefined ? '' : `; table ${table}, by the rule: ${rule}`;
	return [evidenceItem('route', `the route to ${dst} leaves${pathText}${source}${ruleText}`, now)];
}

/** Decides whether an address is the row's own host's, from its namespace's interfaces and its route. */
export function isLocalAddress({row, facts}: RowContext, {address}: InetAddress): boolean {
	const plain = normalizeAddress(address);
	if (isLoopback(plain) || row.route?.table === 'local' || row.route?.dev === 'lo') return true;
	const interfaces = row.netns === null ? undefined : facts.interfaces.get(row.netns);
	return (interfaces ?? []).some(({addresses}) =>
		addresses.some(withPrefix => normalizeAddress(withPrefix.replace(/\/\d+$/, '')) === plain),
	);
}

/** The device by which the row's route leaves, where the interface table shows it as down; else null. */
export function downDeviceOf({row, facts}: Pick<RowContext, 'row' | 'facts'>): InterfaceView | null {
	const dev = row.route?.dev ?? null;
	const interfaces = row.netns === null ? undefined : facts.interfaces.get(row.netns);
	if (dev === null || interfaces === undefined) return null;
	return interfaces.find(({name, state}) => name === dev && downStates.has(state)) ?? null;
}

/** IF_OPER_DOWN and IF_OPER_LOWERLAYERDOWN as ip prints them: switched off, or without a carrier. */
const downStates: ReadonlySet<string> = new Set(['DOWN', 'LOWERLAYERDOWN']);

export const downDeviceEvidence = ({name, state, seenAt}: InterfaceView): Evidence =>
	evidenceItem('route', `the interface table has ${name} in state ${state}`, seenAt);

/** @param address without `::ffff:` */
export const isLoopback = (address: string): boolean => address === '::1' || /^127\./.test(address);

/** "IPv6", for display. */
export const familyOf = ({address}: InetAddress): 'IPv4' | 'IPv6' =>
	normalizeAddress(address).includes(':') ? 'IPv6' : 'IPv4';

/** The address alone, without a scope and `::ffff:`; bracketed where it is IPv6. */
export const hostTextOf = ({address}: InetAddress): string => {
	const plain = normalizeAddress(address);
	return formatHost({address: plain, family: plain.includes(':') ? 6 : 4});
};

/** A closed connection is reported as long as its row stays; an open one only for a while after its opening. */
export const isRecentlyOpened = (row: Row, now: number): boolean =>
	row.closedAt !== null || now - row.openedAt < reportedForMs;

const reportedForMs = 60_000;
