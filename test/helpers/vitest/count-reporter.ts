import {relative} from 'node:path';
import type {Reporter, TestModule, TestResult} from 'vitest/node';

/**
 * Ends a run with one line that scripts read: "N passed, N failed, N skipped". A run as an
 * ordinary user lists before it the tests that need root.
 */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const counts = {passed: 0, failed: errors.length, skipped: 0};
		const forRoot = new Map<string, number>();
		for (const module of modules) {
			// A file that does not load has no tests that could fail.
			if (module.errors().length > 0) counts.failed++;
			for (const test of module.children.allTests()) {
				const result = test.result();
				if (result.state === 'passed') counts.passed++;
				else if (result.state === 'failed') counts.failed++;
				else {
					counts.skipped++;
					if (needsRoot(test.fullName, result)) {
						const file = relative(process.cwd(), module.moduleId);
						forRoot.set(file, (forRoot.get(file) ?? 0) + 1);
					}
				}
			}
		}

		if (process.geteuid?.() !== 0 && forRoot.size > 0) process.stdout.write(`\n${listOf(forRoot)}\n`);
		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	}
}

/** The test was skipped, and its title or its reason names root. */
const needsRoot = (title: string, result: TestResult): boolean =>
	/\bneeds? root\b/.test(title) || ('note' in result && /\broot\b/.test(String(result.note)));

const listOf = (files: ReadonlyMap<string, number>): string => {
	const count = [...files.values()].reduce((sum, one) => sum + one, 0);
	const lines = [...files].sort().map(([file, tests]) => `  ${file} (${tests})`);
	return `${count} ${count === 1 ? 'test needs' : 'tests need'} root and were left out:\n${lines.join('\n')}`;
};
