import {relative} from 'node:path';
import type {Reporter, TestModule, TestResult, Vitest} from 'vitest/node';

/**
 * Ends a run with one line that scripts read: "N passed, N failed, N skipped". Before it the skipped tests are listed by
 * what they need. A run by title (`-t`) skips the others, and lists none.
 */
export default class CountReporter implements Reporter {
	private isByTitle = false;

	onInit(vitest: Vitest): void {
		this.isByTitle = vitest.config.testNamePattern !== undefined;
	}

	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const counts = {passed: 0, failed: errors.length, skipped: 0};
		const skipped: string[] = [];
		for (const module of modules) {
			// A file that does not load has no tests that could fail.
			if (module.errors().length > 0) counts.failed++;
			for (const test of module.children.allTests()) {
				const result = test.result();
				if (result.state === 'passed') counts.passed++;
				else if (result.state === 'failed') counts.failed++;
				else {
					counts.skipped++;
					skipped.push(`${reasonOf(test.fullName, result)}: ${relative(process.cwd(), module.moduleId)}`);
				}
			}
		}

		if (!this.isByTitle && skipped.length > 0) process.stdout.write(`\nskipped:\n${listOf(skipped)}\n`);
		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	}
}

/** The reason that the test gave, else what stands in brackets in its title or in that of its group. */
const reasonOf = (title: string, result: TestResult): string => {
	if ('note' in result && result.note !== undefined) return result.note;
	const reasons = [...title.matchAll(/\(((?:needs|not) [^()]*)\)/g)].map(([, reason]) => reason);
	return reasons.at(-1) ?? 'no reason given';
};

/** "  needs root: test/… (3)" */
const listOf = (texts: readonly string[]): string => {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts]
		.sort()
		.map(([text, count]) => `  ${text} (${count})`)
		.join('\n');
};
