/** Next steps that name a process: once that has ended, its command would only fail. */

import type {Finding, NextStep, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import {sanitize} from '../../../text/sanitize.ts';

/** @returns the finding; with advice in place of a command about a process that has ended */
export function withRunnableNext(
	finding: Finding | null,
	facts: Pick<RuleFacts, 'processes'>,
): Finding | null {
	if (finding === null || !('argv' in finding.next)) return finding;
	const {argv} = finding.next;
	const pid = pidOf(argv);
	if (pid === null || !hasEnded(pid, facts)) return finding;
	return {...finding, next: adviceFor(argv, pid)};
}

/** The process that a command is about: nsenter -t PID, top or ps -p PID, /proc/PID/fd. */
function pidOf(argv: readonly string[]): number | null {
	const option = argv.findIndex((word, index) => index > 0 && pidOptions.get(argv[0] ?? '') === word);
	const text = option === -1 ? /^\/proc\/(\d+)\//.exec(argv.at(-1) ?? '')?.[1] : argv[option + 1];
	return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

const pidOptions: ReadonlyMap<string, string> = new Map([
	['nsenter', '-t'],
	['ps', '-p'],
	['top', '-p'],
]);

function hasEnded(pid: number, {processes}: Pick<RuleFacts, 'processes'>): boolean {
	const known = processes.filter(process => process.pid === pid);
	return known.length > 0 && known.every(({endedAt}) => endedAt !== null);
}

function adviceFor(argv: readonly string[], pid: number): NextStep {
	const isInNamespace = argv[0] === 'nsenter';
	const command = sanitize((isInNamespace ? argv.slice(4) : argv).join(' '));
	return {
		advice: isInNamespace
			? `in the network namespace that pid ${pid} had, which has ended: ${command}`
			: `pid ${pid} has ended; while it runs: ${command}`,
	};
}
