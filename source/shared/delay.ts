/** Resolves after so many milliseconds, and keeps nothing alive. */
export const delay = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms).unref();
	});
