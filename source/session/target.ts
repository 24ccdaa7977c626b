/** The program that a session watches, with its pid and its argv. */
import type {RunningCommand} from '../launcher/launch.ts';

/** A command that netwatch has started itself. */
export type LaunchedTarget = Pick<RunningCommand, 'pid' | 'exited' | 'signal' | 'signalCommand'> & {
	kind: 'launched';
	/** argv, as given. */
	command: readonly string[];
};

export type Target = LaunchedTarget;

/** The target's result: its exit code, or the signal that ended it. */
export type TargetExit = {exitCode: number | null; signal: string | null};

export const launchedTarget = (
	{pid, exited, signal, signalCommand}: RunningCommand,
	command: readonly string[],
): LaunchedTarget => ({kind: 'launched', pid, command, exited, signal, signalCommand});
