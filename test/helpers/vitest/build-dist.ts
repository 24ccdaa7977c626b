/** Builds dist/ before the first test that starts netwatch, and again before a rerun in watch mode. */
import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {TestProject} from 'vitest/node';

const script = fileURLToPath(new URL('../../../scripts/build.js', import.meta.url));

const build = (): void =>
	void execFileSync(process.execPath, [script], {stdio: ['ignore', 'inherit', 'inherit']});

export default (project: TestProject): void => {
	build();
	project.onTestsRerun(async () => build());
};
