import type {HookOptions} from '../launcher/hook-options.ts';

export type RunArguments = {
	command: readonly string[];
	filter: string;
	/** Least time between two snapshots, and between two records of one row, in ms. */
	intervalMs: number;
	/** How long closed rows stay, in ms. */
	keepMs: number;
	json: boolean;
	headless: boolean;
	kernel: boolean;
	/** Sockets of the namespace's other processes are rows from the start. */
	all: boolean;
	hook: HookOptions;
	quitOnExit: boolean;
	/** A file that receives all of the command's output; null for none. */
	outputFile: string | null;
	/** The command's fate when the screen's terminal goes away. */
	onHangup: HangupPolicy;
	/** Rules whose findings are not raised. */
	ignore: readonly string[];
	color: ColorOptions;
	/** Screen-reader mode: the screen as sentences. */
	screenReader: boolean;
};

export const colorModes = ['auto', 'always', 'never', '16', '256', 'truecolor'] as const;
export type ColorMode = (typeof colorModes)[number];

export const backgroundModes = ['auto', 'dark', 'light'] as const;
export type BackgroundMode = (typeof backgroundModes)[number];
export type ColorOptions = {depth: ColorMode; background: BackgroundMode};

/** The command's fate when the terminal goes away: SIGHUP as from a shell, or it runs on. */
export const hangupPolicies = ['end', 'leave'] as const;
export type HangupPolicy = (typeof hangupPolicies)[number];
