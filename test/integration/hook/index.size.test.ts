// Every Node process below the command reads and compiles the hook before its own first line.
import {statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

test('the built hook has at most 56 kB', () => {
	const {size} = statSync(fileURLToPath(new URL('../../../dist/hook.cjs', import.meta.url)));
	expect(size).toBeGreaterThan(10_000);
	expect(size).toBeLessThanOrEqual(56_000);
});
