export type HookOptions = {
	/** Whether the place is taken that a socket was made at. */
	recordSites: boolean;
	/** Whether `emit` of sockets, servers and the process is touched. */
	patchEmit: boolean;
	/** Whether processes below the command's own are watched. */
	watchChildren: boolean;
};

/**
 * What the hook is to do, as the value of NETWATCH_HOOK; see source/hook/options.ts.
 *
 * @param pid netwatch's own: the parent of the one process that is watched without its children
 * @returns undefined where nothing is to be said
 */
export const formatHookOptions = (
	{recordSites, patchEmit, watchChildren}: HookOptions,
	pid = process.pid,
): string | undefined => {
	const flags = [
		recordSites ? '' : 'no-sites',
		patchEmit ? '' : 'no-emit',
		watchChildren ? '' : `child-of=${pid}`,
	];
	return flags.filter(Boolean).join() || undefined;
};
