import type {Reporter, TestModule} from 'vitest/node';

/** Ends a run with one line that scripts read: "N passed, N failed, N skipped". */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const counts = {passed: 0, failed: errors.length, skipped: 0};
		for (const module of modules) {
			// A file that does not load has no tests that could fail.
			if (module.errors().length > 0) counts.failed++;
			for (const test of module.children.allTests()) {
				const {state} = test.result();
				if (state === 'passed') counts.passed++;
				else if (state === 'failed') counts.failed++;
				else counts.skipped++;
			}
		}

		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	}
}
