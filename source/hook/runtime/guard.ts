/**
 * Every observation of the program runs inside a guard: an exception in it must never reach the program. The
 * observer that threw is switched off, and a notice reports the failure.
 */
const reportedFailures = new Set<string>();
let report: (message: string) => void = () => {};

export const setFailureReporter = (reporter: (message: string) => void): void => {
	report = reporter;
};

/**
 * Wraps an observer: it never throws, and after one exception it stays off and returns undefined. Three
 * arguments by position: observers run on the program's hot paths, where a rest parameter costs as much as
 * the observation.
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

/** @param name the part that failed; each name is reported once */
export function reportOnce(name: string, description: string, error: unknown): void {
	if (reportedFailures.has(name)) return;
	reportedFailures.add(name);
	try {
		report(`${description}: ${describeError(error)}`);
	} catch {
		// A failure while reporting has no other outlet.
	}
}

function describeError(error: unknown): string {
	return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
