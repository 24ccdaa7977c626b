import type {HookOptions} from '../launcher/hook-options.ts';

export type RunArguments = {
	command: readonly string[];
	filter: string;
	/** Least time between two looks at the kernel's table, and between two records of one row, in ms. */
	intervalMs: number;
	/** How long closed rows stay, in ms. */
	keepMs: number;
	json: boolean;
	headless: boolean;
	kernel: boolean;
	/** Sockets of other processes of the namespace are rows from the start. */
	all: boolean;
	hook: HookOptions;
	quitOnExit: boolean;
	/** A file that takes all of the command's output; null for none. */
	outputFile: string | null;
	/** What becomes of the command when the terminal of the screen goes away. */
	onHangup: HangupPolicy;
	/** Rules whose findings are not told. */
	ignore: readonly string[];
	color: ColorOptions;
	/** The screen as sentences. */
	screenReader: boolean;
};

export const colorModes = ['auto', 'always', 'never', '16', '256', 'truecolor'] as const;
export type ColorMode = (typeof colorModes)[number];

export const backgroundModes = ['auto', 'dark', 'light'] as const;
export type BackgroundMode = (typeof backgroundModes)[number];
export type ColorOptions = {depth: ColorMode; background: BackgroundMode};

/** What becomes of the command when the terminal goes away: it gets SIGHUP as from a shell, or goes on. */
export const hangupPolicies = ['end', 'leave'] as const;
export type HangupPolicy = (typeof hangupPolicies)[number];
