/**
 * Every look at the program goes through here: an exception in it must never reach the program. The observer that
 * threw is switched off, and netwatch is told.
 */
const reportedFailures = new Set<string>();
let report: (message: string) => void = () => {};

export const setFailureReporter = (reporter: (message: string) => void): void => {
	report = reporter;
};

/**
 * Wraps an observer: it never throws, and after one exception it does nothing any more and returns undefined.
 * Three arguments by position: they run on the program's hot paths, where a rest parameter costs as much as the look.
 */
export function guard<Arguments extends unknown[], Result>(
	name: string,
	callback: (...values: Arguments) => Result,
): (...values: Arguments) => Result | undefined;
export function guard(
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
export function reportOnce(name: string, description: string, error: unknown): void {
	if (reportedFailures.has(name)) return;
	reportedFailures.add(name);
	try {
		report(`${description}: ${describeError(error)}`);
	} catch {
		// Reporting is the last resort; a failure there has nowhere to go.
	}
}

function describeError(error: unknown): string {
	return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
