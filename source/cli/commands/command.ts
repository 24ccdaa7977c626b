import type {Command as Program} from 'commander';

/** What netwatch does with a command line. */
export type Action = {
	/** Declares its options and arguments, with their help. */
	options(program: Program, context: CommandContext): void;
	/**
	 * Checks option values by code that is loaded only where they are given.
	 *
	 * @throws commander's error for an invalid one
	 */
	check?(program: Program): Promise<void>;
	/**
	 * @param program its options and arguments, parsed and checked
	 * @returns the exit code
	 */
	run(program: Program, version: string): Promise<number>;
};

/** A command of netwatch: a file of this folder exports it, and index.ts registers it. */
export type Command = Action & {
	/** The first word of the command line. */
	name: string;
	/** Its arguments as the usage shows them. */
	usage: string;
	/** Its line in netwatch's help. */
	summary: string;
};

export type CommandContext = {
	version: string;
	/** The registered commands, for netwatch's help. */
	commands: readonly Command[];
};
