import {singleLine} from '../../text/single-line.ts';
import type {Shell, ShellFailure, ShellResult} from '../child/shell.ts';
import {type ShellCommand, type SsLayout, ssLayout} from './commands.ts';
import {parseSsVersion, type SsVersion} from './parse/version.ts';

export type SsResult = {ok: true; stdout: Buffer; tookMs: number};

/** ss, run by the shell of a namespace. */
export type Ss = {
	/** The iproute2 version, queried once; null where ss prints none. */
	version: () => Promise<{ok: true; version: SsVersion | null; layout: SsLayout} | ShellFailure>;
	/** @returns the output; a failure also where ss ended with an error */
	run: (command: ShellCommand) => Promise<SsResult | ShellFailure>;
};

export const createSs = (shell: Pick<Shell<ShellCommand>, 'run'>): Ss => {
	let cachedVersion: ReturnType<Ss['version']> | null = null;

	const run: Ss['run'] = async command => toSsResult(await shell.run(command));

	const queryVersion: Ss['version'] = async () => {
		const result = await run('ss -V');
		if (!result.ok) {
			cachedVersion = null;
			return result;
		}
		const version = parseSsVersion(result.stdout.toString('latin1'));
		return {ok: true, version, layout: ssLayout(version)};
	};

	return {
		run,
		version: () => {
			cachedVersion ??= queryVersion();
			return cachedVersion;
		},
	};
};

const commandNotFoundCode = 127;

const toSsResult = (result: ShellResult): SsResult | ShellFailure => {
	if (!result.ok) return result;
	const {exitCode, stderr, stdout, tookMs} = result;
	if (exitCode === 0) return {ok: true, stdout, tookMs};
	if (exitCode === commandNotFoundCode)
		return {ok: false, reason: 'ss not found', permanent: true, missingTool: 'ss'};
	return {
		ok: false,
		reason: `ss ended with exit code ${exitCode}: ${singleLine(stderr)}`,
		permanent: false,
		missingTool: null,
	};
};
