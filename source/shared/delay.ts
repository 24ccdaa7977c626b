/** Resolves after `ms` milliseconds; its timer does not keep the process alive. */
export const delay = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms).unref();
	});
