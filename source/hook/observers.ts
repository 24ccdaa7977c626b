/**
 * Every look at the program goes through here: an exception in it must never reach the program. The observer that
 * threw is switched off, and netwatch is told.
 */
const failed = new Set<string>();
let report: (message: string) => void = () => {};

export const reportFailuresTo = (to: (message: string) => void): void => {
	report = to;
};

/** Wraps an observer: it never throws, and after one exception it does nothing any more. */
export function observer<Arguments extends unknown[]>(
	name: string,
	look: (...values: Arguments) => void,
): (...values: Arguments) => void {
	let off = false;
	return (...values) => {
		if (off) return;
		try {
			look(...values);
		} catch (error) {
			off = true;
			reportOnce(name, `observer "${name}" is switched off after an exception`, error);
		}
	};
}

/** @param name what failed; told once, however often it does */
export function reportOnce(name: string, what: string, error: unknown): void {
	if (failed.has(name)) return;
	failed.add(name);
	try {
		report(`${what}: ${describe(error)}`);
	} catch {
		// Reporting is the last resort; a failure there has nowhere to go.
	}
}

function describe(error: unknown): string {
	return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
