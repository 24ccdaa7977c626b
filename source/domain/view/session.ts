export type SessionView = {
	/** The command and its arguments as given. */
	command: readonly string[];
	/** The command's pid; null until it is started. */
	pid: number | null;
	/** netwatch's own network namespace; null where unknown. */
	netns: string | null;
	startedAt: number;
	/** How the command ended; null while it runs. */
	ended: {at: number; exitCode: number | null; signal: string | null} | null;
};
