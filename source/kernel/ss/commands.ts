/**
 * Every command line of the helper shell: literals, and those with port numbers, whose text is checked as a
 * whole. No untrusted word can become part of one.
 */
import type {PortSelection} from '../../domain/kernel.ts';
import type {limitsCommand} from '../counters/limits.ts';
import {hasNoHeader, hasOneLine, type SsVersion} from './parse/version.ts';

/** No header and one line a socket, as far as this ss supports them. */
export type SsLayout = 'HO' | 'H' | '';

/** @param version null counts as a new one */
export const ssLayout = (version: SsVersion | null): SsLayout =>
	hasOneLine(version) ? 'HO' : hasNoHeader(version) ? 'H' : '';

/**
 * TIME-WAIT is left out: a busy host has tens of thousands, and sockstat counts them. `-e` adds the timers,
 * `-i` and `-m` five times the text.
 */
export type TableCommand =
	| `ss -${SsLayout}tane${'im' | ''} exclude time-wait`
	| `ss -${SsLayout}${'M' | 'u' | 'x'}ane${'m' | ''}`;

export type ShellCommand =
	| 'ss -V'
	| TableCommand
	| `ss -${SsLayout}tnem state listening`
	| typeof limitsCommand
	| PortCommand;

declare const brand: unique symbol;
/** An ss filter expression with port numbers, made by buildPortFilter. */
export type PortFilter = string & {readonly [brand]: 'filter'};
/** A command with port numbers, made by buildPortCommand. */
export type PortCommand = string & {readonly [brand]: 'command'};

const portFilterPattern = /^\( [sd]port = :\d{1,5}(?: or [sd]port = :\d{1,5})* \)$/;
const isPortFilter = (text: string): text is PortFilter => portFilterPattern.test(text);
const portCommandPattern =
	/^exec 4>&1; code=\$\(\{ \{ ss -H?O?(taneim exclude time-wait|tane state time-wait) '\( [sdportrx=: \d]+ \)'; echo \$\? >&3; \} \| head -n \d{1,6} >&4; \} 3>&1\); exec 4>&-; \[ "\$code" = 141 \] \|\| \(exit "\$code"\)$/;
const isPortCommand = (text: string): text is PortCommand => portCommandPattern.test(text);

/** A filter of more ports would cost more than it saves. */
const maxPorts = 128;

/**
 * Builds a filter for the sockets with one of the ports.
 *
 * @param ports invalid ports are left out
 * @returns null where there are no ports, or too many
 */
// ( sport = :3000 or dport = :5432 )
export const buildPortFilter = ({local, peer}: PortSelection): PortFilter | null => {
	const conditions = [
		...local.filter(isPort).map(port => `sport = :${port}`),
		...peer.filter(isPort).map(port => `dport = :${port}`),
	];
	if (conditions.length === 0 || conditions.length > maxPorts) return null;
	const text = `( ${conditions.join(' or ')} )`;
	return isPortFilter(text) ? text : null;
};

/**
 * Builds the command for the sockets with one of the ports.
 *
 * @param ports see buildPortFilter
 * @param maxLines most lines of the answer
 * @returns null where there are no ports, or too many
 */
// { ss -HOtaneim exclude time-wait '( sport = :3000 or dport = :5432 )'; echo $? >&3; } | head -n 50000
export const buildPortCommand = (
	query: 'taneim exclude time-wait' | 'tane state time-wait',
	ports: PortSelection,
	layout: SsLayout,
	maxLines: number,
): PortCommand | null => {
	const filter = buildPortFilter(ports);
	if (filter === null) return null;
	const limited = `{ ss -${layout}${query} '${filter}'; echo $? >&3; } | head -n ${maxLines} >&4`;
	// The exit code is that of ss, or 0 where head cut the output (SIGPIPE): a plain pipe would return head's.
	const text = `exec 4>&1; code=$({ ${limited}; } 3>&1); exec 4>&-; [ "$code" = 141 ] || (exit "$code")`;
	return isPortCommand(text) ? text : null;
};

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;
