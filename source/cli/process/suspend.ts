/** Ctrl-Z on the screen, and the signals that stop netwatch and let it go on: the command goes on all the while. */
import {canSuspend, suspendGroup} from '../../launcher/signals/job-control.ts';
import type {Target} from '../../session/target.ts';
import {writeStderr} from './stderr.ts';

export type SuspendOptions = {
	/** Gives the terminal back. */
	release(): void;
	/** Takes it once more, and draws all: others had it meanwhile, after a SIGSTOP too, which nobody can prepare for. */
	reacquire(): void;
	/** Says on the screen why netwatch does not stop. */
	onRefused(why: string): void;
	target: Pick<Target, 'pid'>;
};

export type Suspension = {
	/** Stops netwatch, until somebody continues it. */
	suspend(): void;
	/** Leaves the signals alone. */
	close(): void;
};

/** Takes SIGTSTP and SIGCONT until it is closed. */
export const handleSuspend = ({release, reacquire, onRefused, target}: SuspendOptions): Suspension => {
	const suspend = (): void => {
		if (!canSuspend()) {
			onRefused(
				'no shell waits for netwatch, which nobody could continue once it is stopped: Ctrl-Z does nothing here',
			);
			return;
		}

		release();
		writeStderr(`netwatch: stopped; the command goes on as pid ${target.pid}. Type fg for the screen\n`);
		removeSignalHandlers();
		suspendGroup();
		addSignalHandlers();
		reacquire();
	};
	const addSignalHandlers = (): void => {
		process.on('SIGTSTP', suspend);
		process.on('SIGCONT', reacquire);
	};
	// Without listeners they do to netwatch what they do to any program.
	const removeSignalHandlers = (): void => {
		process.off('SIGTSTP', suspend);
		process.off('SIGCONT', reacquire);
	};
	addSignalHandlers();
	return {suspend, close: removeSignalHandlers};
};
