/**
 * Every command line that is ever given to the helper shell: literals, and those that hold port numbers, whose text is
 * checked as a whole. No word from outside can become a part of one.
 */
import type {PortsOfInterest} from '../../domain/kernel.ts';
import type {limitsCommand} from '../counters/limits.ts';
import {hasNoHeader, hasOneLine, type SsVersion} from './parse/version.ts';

/** No header and one line a socket, as far as this ss can. */
export type SsLayout = 'HO' | 'H' | '';

/** @param version null is taken for a new one. */
export const layoutOf = (version: SsVersion | null): SsLayout =>
	hasOneLine(version) ? 'HO' : hasNoHeader(version) ? 'H' : '';

/**
 * TIME-WAIT is left out: a busy host has tens of thousands, and sockstat counts them. `-e` brings the timers with it,
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

declare const checked: unique symbol;
/** An expression of ss with port numbers in it, as portFilter makes them. */
export type PortFilter = string & {readonly [checked]: 'filter'};
/** A command with port numbers in it, as commandWithPorts makes them. */
export type PortCommand = string & {readonly [checked]: 'command'};

const filterText = /^\( [sd]port = :\d{1,5}(?: or [sd]port = :\d{1,5})* \)$/;
const isPortFilter = (text: string): text is PortFilter => filterText.test(text);
const portCommand =
	/^exec 4>&1; code=\$\(\{ \{ ss -H?O?(taneim exclude time-wait|tane state time-wait) '\( [sdportrx=: \d]+ \)'; echo \$\? >&3; \} \| head -n \d{1,6} >&4; \} 3>&1\); exec 4>&-; \[ "\$code" = 141 \] \|\| \(exit "\$code"\)$/;
const isPortCommand = (text: string): text is PortCommand => portCommand.test(text);

/** A filter of more than these would be longer than what it spares. */
const portsAllowed = 128;

/**
 * Tells sockets with one of the ports from others.
 *
 * @param ports What is no port is left out.
 * @returns null where there are no ports, or too many.
 */
// ( sport = :3000 or dport = :5432 )
export const portFilter = ({local, peer}: PortsOfInterest): PortFilter | null => {
	const tests = [
		...local.filter(isPort).map(port => `sport = :${port}`),
		...peer.filter(isPort).map(port => `dport = :${port}`),
	];
	if (tests.length === 0 || tests.length > portsAllowed) return null;
	const text = `( ${tests.join(' or ')} )`;
	return isPortFilter(text) ? text : null;
};

/**
 * Asks for the sockets that have one of the ports.
 *
 * @param ports See portFilter.
 * @param lines Most lines of the answer.
 * @returns null where there are no ports, or too many.
 */
// { ss -HOtaneim exclude time-wait '( sport = :3000 or dport = :5432 )'; echo $? >&3; } | head -n 50000
export const commandWithPorts = (
	what: 'taneim exclude time-wait' | 'tane state time-wait',
	ports: PortsOfInterest,
	layout: SsLayout,
	lines: number,
): PortCommand | null => {
	const filter = portFilter(ports);
	if (filter === null) return null;
	const cut = `{ ss -${layout}${what} '${filter}'; echo $? >&3; } | head -n ${lines} >&4`;
	// The exit code is that of ss, or 0 where it was cut (SIGPIPE): that of a pipe would be head's.
	const text = `exec 4>&1; code=$({ ${cut}; } 3>&1); exec 4>&-; [ "$code" = 141 ] || (exit "$code")`;
	return isPortCommand(text) ? text : null;
};

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;
