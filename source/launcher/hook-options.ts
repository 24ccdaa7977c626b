export type HookOptions = {
	/** Whether the place is taken that a socket was made at. */
	sites: boolean;
	/** Whether `emit` of sockets, servers and the process is touched. */
	emit: boolean;
	/** Whether processes below the command's own are watched. */
	children: boolean;
};

/**
 * What the hook is to do, as the value of NETWATCH_HOOK; see source/hook/options.ts.
 *
 * @param pid netwatch's own: the parent of the one process that is watched without its children
 * @returns undefined where nothing is to be said
 */
export const hookWords = ({sites, emit, children}: HookOptions, pid = process.pid): string | undefined => {
	const words = [sites ? '' : 'no-sites', emit ? '' : 'no-emit', children ? '' : `child-of=${pid}`];
	return words.filter(Boolean).join() || undefined;
};
