import type {HookOptions} from '../launcher/hook-options.ts';

export type Arguments = {
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
	output: string | null;
	/** What becomes of the command when the terminal of the screen goes away. */
	onHangUp: HangUpChoice;
	/** Rules whose findings are not told. */
	ignore: readonly string[];
	colour: ColourChoice;
	/** The screen as sentences. */
	screenReader: boolean;
};

export const colourWishes = ['auto', 'always', 'never', '16', '256', 'truecolor'] as const;
export type ColourWish = (typeof colourWishes)[number];

export const backgroundWishes = ['auto', 'dark', 'light'] as const;
export type BackgroundWish = (typeof backgroundWishes)[number];
export type ColourChoice = {depth: ColourWish; background: BackgroundWish};

/** What becomes of the command when the terminal goes away: it gets SIGHUP as from a shell, or goes on. */
export const hangUpChoices = ['end', 'leave'] as const;
export type HangUpChoice = (typeof hangUpChoices)[number];
