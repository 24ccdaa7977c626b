import {readFileSync} from 'node:fs';
import {constants} from 'node:os';
import {type CommandExit, exitCodeOf, type LaunchMode, type RunningCommand} from '../launch.ts';

/** The signals that netwatch handles while the command runs. Others have their usual effect on netwatch. */
export const handledSignals = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
export type HandledSignal = (typeof handledSignals)[number];

/**
 * The reaction to a signal:
 * - `forward`: send it to the command (under the screen: to its group)
 * - `command`: send it to the command alone, also under the screen
 * - `unless-terminal`: forward, except where the terminal sent it to the command itself
 * - `escalate`: as a Ctrl-C typed on the screen
 * - `leave`: forward; netwatch ends with the command, or without it after a grace period
 * - `leave-behind`: netwatch ends, and the command goes on
 */
export type Reaction = 'forward' | 'command' | 'unless-terminal' | 'escalate' | 'leave' | 'leave-behind';

type SignalReactions = Record<HandledSignal, Reaction>;

// The command takes netwatch's place: a signal to netwatch is meant for the command, as with env(1) or
// timeout(1).
const headless: SignalReactions = {
	SIGINT: 'unless-terminal',
	SIGQUIT: 'unless-terminal',
	SIGTERM: 'forward',
	SIGHUP: 'forward',
	SIGUSR1: 'command',
	SIGUSR2: 'command',
};

// The screen outlives the command, so netwatch ends by signals of its own.
const screen: SignalReactions = {
	...headless,
	SIGINT: 'escalate',
	SIGQUIT: 'forward',
	SIGTERM: 'leave',
	SIGHUP: 'leave',
};

export const reactions: Record<LaunchMode, SignalReactions> = {headless, json: headless, screen};

export type SignalOptions = {
	mode: LaunchMode;
	command: Pick<RunningCommand, 'signal' | 'signalCommand' | 'exited'>;
	/** The effect of a Ctrl-C typed on the screen; see `createEscalation`. */
	escalate: () => unknown;
	/** Ends netwatch under the screen, with this exit code; the command may still run. */
	exit(exitCode: number, hasEnded: boolean): void;
	/**
	 * A hang-up ends the command with netwatch (the default), or the command goes on. Applies to the screen
	 * only.
	 */
	endOnHangUp?: boolean;
	/** Time in ms for the command to end before netwatch ends without it. */
	graceMs?: number;
	hasTerminalDelivered?: () => boolean;
};

/**
 * Handles the signals that are meant for the command, until the returned function is called.
 *
 * @returns a function that restores the default handling
 */
export const handleSignals = (options: SignalOptions): (() => void) => {
	const {mode, command, escalate, graceMs = 5000, hasTerminalDelivered = isInForeground} = options;
	const {endOnHangUp = true} = options;
	let graceTimer: NodeJS.Timeout | undefined;
	let isStopped = false;
	const stop = () => {
		isStopped = true;
		clearTimeout(graceTimer);
		for (const name of handledSignals) process.off(name, onSignal);
	};
	const exitOnce = (exitCode: number, hasEnded: boolean) => {
		if (isStopped) return;
		stop();
		options.exit(exitCode, hasEnded);
	};
	const forwardAndExit = (name: HandledSignal) => {
		command.signal(name);
		if (graceTimer !== undefined) return;
		graceTimer = setTimeout(exitOnce, graceMs, 128 + constants.signals[name], false);
		void command.exited.then((exit: CommandExit) => exitOnce(exitCodeOf(exit), true));
	};
	const actions: Record<Reaction, (name: HandledSignal) => unknown> = {
		forward: command.signal,
		command: command.signalCommand,
		'unless-terminal': name => hasTerminalDelivered() || command.signal(name),
		escalate,
		leave: forwardAndExit,
		'leave-behind': name => exitOnce(128 + constants.signals[name], false),
	};
	const onSignal = (name: HandledSignal) => {
		const isLeftBehind = mode === 'screen' && name === 'SIGHUP' && !endOnHangUp;
		actions[isLeftBehind ? 'leave-behind' : reactions[mode][name]](name);
	};
	for (const name of handledSignals) process.on(name, onSignal);
	return stop;
};

const escalationSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
export type EscalationStep = (typeof escalationSignals)[number];

/**
 * The steps of Ctrl-C on the screen: the first sends SIGINT to the command's group, the second SIGTERM, the
 * third and each later one SIGKILL.
 *
 * @returns a function that sends the next signal and returns it; null where no process was left
 */
export const createEscalation = (command: Pick<RunningCommand, 'signal'>): (() => EscalationStep | null) => {
	let presses = 0;
	return () => {
		const name = escalationSignals[Math.min(presses, escalationSignals.length - 1)] ?? 'SIGKILL';
		presses += 1;
		return command.signal(name) ? name : null;
	};
};

/**
 * True if a key that makes a signal (Ctrl-C, Ctrl-\) reaches the command directly: netwatch, and so the
 * command in its process group, is in the foreground of a terminal.
 */
export const isInForeground = (): boolean => {
	try {
		return parseIsForeground(readFileSync('/proc/self/stat', 'utf8'));
	} catch {
		return process.stdin.isTTY || process.stderr.isTTY;
	}
};

// 4711 (node) S 4700 4711 4600 34816 4711 …: state, ppid, pgrp, session, tty_nr, tpgid (proc(5))
export const parseIsForeground = (stat: string): boolean => {
	const [, , pgrp, , tty, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return pgrp !== undefined && tty !== '0' && foreground === pgrp;
};
