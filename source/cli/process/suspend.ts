/** Ctrl-Z on the screen, and the signals that stop netwatch and let it go on: the command goes on all the while. */
import {canSuspend, suspendGroup} from '../../launcher/signals/job-control.ts';
import {tell} from './stderr.ts';

export type StopOptions = {
	/** Gives the terminal back. */
	release(): void;
	/** Takes it once more, and draws all: others had it meanwhile, after a SIGSTOP too, which nobody can prepare for. */
	retake(): void;
	/** Says on the screen why netwatch does not stop. */
	refuse(why: string): void;
	commandPid: number;
};

export type Stops = {
	/** Stops netwatch, until somebody continues it. */
	stop(): void;
	/** Leaves the signals alone. */
	close(): void;
};

/** Takes SIGTSTP and SIGCONT until it is closed. */
export const handleStops = ({release, retake, refuse, commandPid}: StopOptions): Stops => {
	const stop = (): void => {
		if (!canSuspend()) {
			refuse(
				'no shell waits for netwatch, which nobody could continue once it is stopped: Ctrl-Z does nothing here',
			);
			return;
		}

		release();
		tell(`netwatch: stopped; the command goes on as pid ${commandPid}. Type fg for the screen\n`);
		leaveSignals();
		suspendGroup();
		takeSignals();
		retake();
	};
	const takeSignals = (): void => {
		process.on('SIGTSTP', stop);
		process.on('SIGCONT', retake);
	};
	// Without listeners they do to netwatch what they do to any program.
	const leaveSignals = (): void => {
		process.off('SIGTSTP', stop);
		process.off('SIGCONT', retake);
	};
	takeSignals();
	return {stop, close: leaveSignals};
};
