/** The program that a session watches: every part of the session that asks for its pid or its words takes this. */
import type {RunningCommand} from '../launcher/launch.ts';

/** A command that netwatch has started itself. */
export type LaunchedTarget = Pick<RunningCommand, 'pid' | 'exited' | 'signal' | 'signalCommand'> & {
	kind: 'launched';
	/** Word by word, as it was given. */
	command: readonly string[];
};

export type Target = LaunchedTarget;

/** How a target came out: its exit code, or the signal that ended it. */
export type TargetExit = {exitCode: number | null; signal: string | null};

export const launchedTarget = (
	{pid, exited, signal, signalCommand}: RunningCommand,
	command: readonly string[],
): LaunchedTarget => ({kind: 'launched', pid, command, exited, signal, signalCommand});
