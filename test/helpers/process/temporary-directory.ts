import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';

/** The end of a test, or of several: what was made for it is removed then. */
export type Lifetime = {onTestFinished: (end: () => Promise<void> | void) => void};

/**
 * A directory that is removed when the test ends.
 *
 * @param context a concurrent test's own; the running test's without it
 */
export const temporaryDirectory = (context: Lifetime = {onTestFinished}): string => {
	const path = mkdtempSync(join(tmpdir(), 'netwatch-test-'));
	context.onTestFinished(() => rmSync(path, {recursive: true, force: true}));
	return path;
};
