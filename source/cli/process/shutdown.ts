/** Leaving the screen: the first reason decides. */
import {constants} from 'node:os';
import type {QuitChoice} from '../../screen/index.tsx';
import type {HangupPolicy} from '../../session/options.ts';
import type {Target} from '../../session/target.ts';

export type ShutdownReason = {exitCode: number; commandKeepsRunning: boolean};

export type Shutdown = {
	/** Settles with the first reason. */
	readonly requested: Promise<ShutdownReason>;
	request(reason: ShutdownReason): void;
	/** The user quits. */
	quit(choice: QuitChoice): void;
	/** The terminal is gone (a lost SSH session): same as SIGHUP, which may arrive later. */
	hangup(): void;
	/** Whether there is a terminal to write to. */
	readonly isTerminalGone: boolean;
};

export type ShutdownOptions = {
	target: Pick<Target, 'signal'>;
	/** The command's exit code, once it has exited and all its inputs are applied. */
	ended: Promise<number>;
	onHangup: HangupPolicy;
	/** Time for the command to exit after the signal, in ms. */
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

	/** Calls `late` when the command exceeds the time limit. */
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
