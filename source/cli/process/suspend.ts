/** Ctrl-Z on the screen, and the job-control signals; the command runs on all the while. */
import {canSuspend, suspendGroup} from '../../launcher/signals/job-control.ts';
import type {Target} from '../../session/target.ts';
import {writeStderr} from './stderr.ts';

export type SuspendOptions = {
	/** Releases the terminal. */
	release(): void;
	/**
	 * Takes the terminal again and redraws everything: other programs drew on it, even after an unforeseen
	 * SIGSTOP.
	 */
	reacquire(): void;
	/** Reports on the screen why netwatch does not stop. */
	onRefused(why: string): void;
	target: Pick<Target, 'pid'>;
};

export type Suspension = {
	/** Stops netwatch until SIGCONT. */
	suspend(): void;
	/** Removes the signal listeners. */
	close(): void;
};

/** Handles SIGTSTP and SIGCONT until closed. */
export const handleSuspend = ({release, reacquire, onRefused, target}: SuspendOptions): Suspension => {
	const suspend = (): void => {
		if (!canSuspend()) {
			onRefused(
				'no shell waits for netwatch, and nothing could continue it once it is stopped: Ctrl-Z does nothing here',
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
	// Without listeners the signals have their default effect.
	const removeSignalHandlers = (): void => {
		process.off('SIGTSTP', suspend);
		process.off('SIGCONT', reacquire);
	};
	addSignalHandlers();
	return {suspend, close: removeSignalHandlers};
};
