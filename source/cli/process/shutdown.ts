/** How netwatch leaves its screen: whoever asks first decides. */
import {constants} from 'node:os';
import type {QuitChoice} from '../../screen/index.tsx';
import type {HangupPolicy} from '../../session/options.ts';
import type {Target} from '../../session/target.ts';

export type ShutdownReason = {exitCode: number; commandKeepsRunning: boolean};

export type Shutdown = {
	/** Settles with the first reason. */
	readonly requested: Promise<ShutdownReason>;
	request(reason: ShutdownReason): void;
	/** The person wants to go. */
	quit(choice: QuitChoice): void;
	/** The terminal is gone (an SSH session that was cut): as if SIGHUP had come, which it does, but maybe later. */
	hangup(): void;
	/** Whether there is a terminal to write to. */
	readonly isTerminalGone: boolean;
};

export type ShutdownOptions = {
	target: Pick<Target, 'signal'>;
	/** The command's exit code, once it has ended and all is known of it. */
	ended: Promise<number>;
	onHangup: HangupPolicy;
	/** How long the command may take to end when it was asked to, in ms. */
	graceMs?: number;
};

const hangupExitCode = 128 + constants.signals.SIGHUP;

export const createShutdown = ({target, ended, onHangup, graceMs = 5000}: ShutdownOptions): Shutdown => {
	let request = (_reason: ShutdownReason): void => {};
	const requested = new Promise<ShutdownReason>(resolve => {
		request = resolve;
	});
	let hasEnded = false;
	let isHungUp = false;
	void ended.then(() => {
		hasEnded = true;
	});

	/** Runs `late` where the command takes too long to end. */
	const afterCommandExit = (late: () => void, then: (exitCode: number) => void): void => {
		const timer = setTimeout(late, graceMs);
		void ended.then(exitCode => {
			clearTimeout(timer);
			then(exitCode);
		});
	};

	return {
		requested,
		request,
		quit(choice) {
			if (choice === 'leave' && !hasEnded) {
				request({exitCode: 0, commandKeepsRunning: true});
				return;
			}

			if (!hasEnded) target.signal('SIGTERM');
			afterCommandExit(
				() => target.signal('SIGKILL'),
				exitCode => request({exitCode, commandKeepsRunning: false}),
			);
		},
		hangup() {
			if (isHungUp) return;
			isHungUp = true;
			if (onHangup === 'leave' && !hasEnded) {
				request({exitCode: hangupExitCode, commandKeepsRunning: true});
				return;
			}

			target.signal('SIGHUP');
			afterCommandExit(
				() => request({exitCode: hangupExitCode, commandKeepsRunning: true}),
				() => request({exitCode: hangupExitCode, commandKeepsRunning: false}),
			);
		},
		get isTerminalGone() {
			return isHungUp;
		},
	};
};
