/**
 * What can begin before most of netwatch's own code is loaded: the queue of signals, the session's directory, the
 * hook's copy, and ss, whose processes get ready meanwhile.
 */
import {fileURLToPath} from 'node:url';
import {type Clock, createClock} from '../../intake/clock.ts';
import {type PreparedSs, prepareSs} from '../../kernel/prepare.ts';
import {hookDirectories, type InstalledHook, installHook} from '../../launcher/hook-file.ts';
import {createSessionDir, type SessionDir} from '../../launcher/session-files/directory.ts';
import {queueSignals} from '../../launcher/signals/queue.ts';
import type {RunArguments} from '../options.ts';

export type Preparation = {
	clock: Clock;
	directory: SessionDir;
	hook: InstalledHook;
	/** null where the kernel is not asked, or has no ss. */
	ss: PreparedSs | null;
	/** Call it once signals are handled: replays those that arrived while the command was starting. */
	releaseSignals(): void;
};

/** @throws if a directory or a file cannot be made; the message names the remedy */
export function prepareSession({kernel}: Pick<RunArguments, 'kernel'>): Preparation {
	const releaseSignals = queueSignals();
	const clock = createClock();
	const ss = kernel ? prepareSs({now: clock.now}) : null;
	let directory: SessionDir | null = null;
	try {
		directory = createSessionDir();
		const builtHook = fileURLToPath(new URL('hook.cjs', import.meta.url));
		const hook = installHook(builtHook, hookDirectories(), directory.path);
		return {clock, directory, hook, ss, releaseSignals};
	} catch (error) {
		void ss?.close();
		directory?.remove();
		releaseSignals();
		throw error;
	}
}
