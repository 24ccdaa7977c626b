/** How netwatch leaves its screen: whoever asks first decides. */
import {constants} from 'node:os';
import type {RunningCommand} from '../../launcher/launch.ts';
import type {QuitChoice} from '../../screen/index.tsx';
import type {HangUpChoice} from '../../session/options.ts';

export type Leaving = {exitCode: number; commandRuns: boolean};

export type Leave = {
	/** Settles with the first reason. */
	readonly asked: Promise<Leaving>;
	now(reason: Leaving): void;
	/** The person wants to go. */
	quit(choice: QuitChoice): void;
	/** The terminal is gone (an SSH session that was cut): as if SIGHUP had come, which it does, but maybe later. */
	hangUp(): void;
	/** Whether there is a terminal to write to. */
	readonly isHungUp: boolean;
};

export type LeaveOptions = {
	command: Pick<RunningCommand, 'signal'>;
	/** The command's exit code, once it has ended and all is known of it. */
	ended: Promise<number>;
	onHangUp: HangUpChoice;
	/** How long the command may take to end when it was asked to, in ms. */
	graceMs?: number;
};

const hangUpCode = 128 + constants.signals.SIGHUP;

export const createLeave = ({command, ended, onHangUp, graceMs = 5000}: LeaveOptions): Leave => {
	let now = (_reason: Leaving): void => {};
	const asked = new Promise<Leaving>(resolve => {
		now = resolve;
	});
	let hasEnded = false;
	let isHungUp = false;
	void ended.then(() => {
		hasEnded = true;
	});

	/** Runs `late` where the command takes too long to end. */
	const whenEnded = (late: () => void, then: (exitCode: number) => void): void => {
		const timer = setTimeout(late, graceMs);
		void ended.then(exitCode => {
			clearTimeout(timer);
			then(exitCode);
		});
	};

	return {
		asked,
		now,
		quit(choice) {
			if (choice === 'leave' && !hasEnded) {
				now({exitCode: 0, commandRuns: true});
				return;
			}

			if (!hasEnded) command.signal('SIGTERM');
			whenEnded(
				() => command.signal('SIGKILL'),
				exitCode => now({exitCode, commandRuns: false}),
			);
		},
		hangUp() {
			if (isHungUp) return;
			isHungUp = true;
			if (onHangUp === 'leave' && !hasEnded) {
				now({exitCode: hangUpCode, commandRuns: true});
				return;
			}

			command.signal('SIGHUP');
			whenEnded(
				() => now({exitCode: hangUpCode, commandRuns: true}),
				() => now({exitCode: hangUpCode, commandRuns: false}),
			);
		},
		get isHungUp() {
			return isHungUp;
		},
	};
};
