import {defineConfig} from 'vitest/config';

/** Tests of pure functions, and frames drawn without a terminal: they need no build, and share a worker's modules. */
const unit = ['test/{unit,frames}/**/*.test.{ts,tsx}', 'test/architecture.test.ts'];
/** A mocked module stays mocked for later files of the worker, and a loaded one unmocked: these get modules of their own. */
const mocked = ['test/{unit,frames}/**/*.{memo,mocked}.test.{ts,tsx}'];
/** The React of the built screen: development React takes a stack trace for each element. */
const env = {NODE_ENV: 'production'};

export default defineConfig({
	// Production React has no jsxDEV().
	oxc: {jsx: {development: false}},
	test: {
		// Tests start real programs: a busy machine is given time, and two files at once are what two cores carry.
		testTimeout: 30_000,
		hookTimeout: 30_000,
		maxWorkers: 2,
		reporters: ['default', './test/helpers/vitest/count-reporter.ts'],
		projects: [
			{
				extends: true,
				test: {name: 'unit', include: unit, exclude: mocked, pool: 'threads', isolate: false, env},
			},
			{extends: true, test: {name: 'mocked', include: mocked, env}},
			{
				extends: true,
				test: {
					name: 'real',
					include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
					exclude: [...unit, ...mocked],
					globalSetup: './test/helpers/vitest/build-dist.ts',
				},
			},
		],
	},
});
