export type SessionView = {
	/** The command and its arguments as they were given. */
	command: readonly string[];
	/** Its pid; null until it was started. */
	pid: number | null;
	/** netwatch's own network namespace; null where it is not known. */
	netns: string | null;
	startedAt: number;
	/** How the command ended; null while it runs. */
	ended: {at: number; exitCode: number | null; signal: string | null} | null;
};
