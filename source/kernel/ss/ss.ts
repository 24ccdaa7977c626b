import {oneLine} from '../../text/single-line.ts';
import type {Shell, ShellAnswer, ShellFailure} from '../child/shell.ts';
import {layoutOf, type ShellCommand, type SsLayout} from './commands.ts';
import {parseSsVersion, type SsVersion} from './parse/version.ts';

export type SsOutput = {ok: true; stdout: Buffer; tookMs: number};

/** ss, run by the helper shell of a namespace. */
export type Ss = {
	/** Which iproute2 it is of, asked once; a null version is one that does not say. */
	version: () => Promise<{ok: true; version: SsVersion | null; layout: SsLayout} | ShellFailure>;
	/** @returns what it wrote; a failure also where it ended with an error. */
	run: (command: ShellCommand) => Promise<SsOutput | ShellFailure>;
};

export const createSs = (shell: Pick<Shell<ShellCommand>, 'run'>): Ss => {
	let known: ReturnType<Ss['version']> | null = null;

	const run: Ss['run'] = async command => outputOf(await shell.run(command));

	const ask: Ss['version'] = async () => {
		const answer = await run('ss -V');
		if (!answer.ok) {
			known = null;
			return answer;
		}
		const version = parseSsVersion(answer.stdout.toString('latin1'));
		return {ok: true, version, layout: layoutOf(version)};
	};

	return {
		run,
		version: () => {
			known ??= ask();
			return known;
		},
	};
};

const notFound = 127;

const outputOf = (answer: ShellAnswer): SsOutput | ShellFailure => {
	if (!answer.ok) return answer;
	const {exitCode, stderr, stdout, tookMs} = answer;
	if (exitCode === 0) return {ok: true, stdout, tookMs};
	if (exitCode === notFound) return {ok: false, reason: 'ss not found', final: true, missing: 'ss'};
	return {
		ok: false,
		reason: `ss ended with exit code ${exitCode}: ${oneLine(stderr)}`,
		final: false,
		missing: null,
	};
};
