import {existsSync, readFileSync} from 'node:fs';

/**
 * Polls until a value is there.
 *
 * @param what names the awaited value in the error
 * @param probe returns nothing, or false, for "not yet"
 * @throws at the deadline
 */
export const until = async <Value>(
	what: string,
	probe: () => Value | Promise<Value>,
	deadlineMs = 15_000,
): Promise<NonNullable<Value>> => {
	const end = performance.now() + deadlineMs;
	for (;;) {
		const value = await probe();
		if (value) return value;
		if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
		await new Promise(resolve => setTimeout(resolve, 10));
	}
};

/** Waits until a file holds text that matches the pattern. */
export const untilFile = (path: string, pattern: RegExp): Promise<RegExpExecArray> =>
	until(`${pattern} in ${path}`, () => pattern.exec(contentOf(path)));

export const contentOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
