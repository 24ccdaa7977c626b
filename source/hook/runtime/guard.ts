/**
 * Every look at the program goes through here: an exception in it must never reach the program. The observer that
 * threw is switched off, and netwatch is told.
 */
const failed = new Set<string>();
let report: (message: string) => void = () => {};

export const reportFailuresTo = (to: (message: string) => void): void => {
	report = to;
};

/**
 * Wraps an observer: it never throws, and after one exception it does nothing any more and returns undefined.
 * Three arguments by position: they run on the program's hot paths, where a rest parameter costs as much as the look.
 */
export function observer<Arguments extends unknown[], Result>(
	name: string,
	look: (...values: Arguments) => Result,
): (...values: Arguments) => Result | undefined;
export function observer(
	name: string,
	look: (first?: unknown, second?: unknown, third?: unknown) => unknown,
): (first?: unknown, second?: unknown, third?: unknown) => unknown {
	let off = false;
	return (first, second, third) => {
		if (off) return undefined;
		try {
			return look(first, second, third);
		} catch (error) {
			off = true;
			reportOnce(name, `observer "${name}" is switched off after an exception`, error);
			return undefined;
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
