import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		// Tests start real programs: a busy machine is given time, and two files at once are what two cores carry.
		testTimeout: 30_000,
		hookTimeout: 30_000,
		maxWorkers: 2,
		reporters: ['default', './test/helpers/vitest/count-reporter.ts'],
	},
});
