export type HookOptions = {
	/** The hook captures the creation site of sockets. */
	recordSites: boolean;
	/** The hook intercepts `emit` of sockets, servers and the process. */
	patchEmit: boolean;
	/** Processes below the command's own are watched. */
	watchChildren: boolean;
};

/**
 * Formats the hook's options as the value of NETWATCH_HOOK; see source/hook/runtime/options.ts.
 *
 * @param pid netwatch's own pid: the parent of the one process that is watched without its children
 * @returns undefined where all options have their default
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
