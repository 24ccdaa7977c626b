import {describe, expect, test} from 'vitest';
import {describeCommandLine, describeProgram} from '../../../source/domain/program-name.ts';

const node = '/usr/bin/node';

describe('a process with the hook', () => {
	// As process.argv after the executable, process.execArgv and the result; seen on Node 20 to 26.
	test.each<[string[], string[], string, boolean]>([
		[['/app/server.js'], [], 'server.js', false],
		[['/app/server.js', '--token=abc'], ['--inspect', '--enable-source-maps'], 'server.js', false],
		[['/app'], [], 'app', false],
		[['/srv/shop/dist/index.js'], [], 'dist/index.js', false],
		[['/app/nodemon.js'], [], 'nodemon.js', false],
		[['/app/cli.mjs'], [], 'cli.mjs', false],
		[[], [], 'node', false],
		[[], ['-i'], 'node', false],
		[['-'], [], 'node -', false],
		[['x', 'y'], ['-e', 'setTimeout(() => {}, 9)'], 'node -e', false],
		[[], ['-r', './a.cjs', '--eval=1'], 'node -e', false],
		[[], ['-p', '1'], 'node -p', false],
		[[], ['-pe', '1'], 'node -p', false],
		[['t/'], ['--test'], 'node --test', true],
		[['/app/server.js'], ['--watch'], 'node --watch server.js', true],
		[['/app/server.js'], ['--watch-path=./src'], 'node --watch server.js', true],
		[['/app/node_modules/.bin/vite', '--port', '3'], [], 'vite', false],
		[['/app/node_modules/vite/bin/vite.js'], [], 'vite', false],
		[['/app/node_modules/@scope/tool/bin/cli.js'], [], '@scope/tool', false],
		[
			['/app/node_modules/.bin/ts-node', '-P', 'tsconfig.json', 'src/server.ts'],
			[],
			'ts-node server.ts',
			false,
		],

		[['/app/node_modules/.bin/next', 'dev', '--turbo'], [], 'next dev', true],
		[['/app/node_modules/.bin/next', '-p', '3001'], [], 'next', true],
		[['/app/node_modules/next/dist/bin/next', 'start', '-p', '3001'], [], 'next start', false],
		[['/app/node_modules/.bin/next', 'build'], [], 'next build', false],
		[['/app/node_modules/next/dist/server/lib/start-server.js'], [], 'next-server', false],
		[['/app/node_modules/next/dist/compiled/jest-worker/processChild.js'], [], 'next worker', false],
		[['/app/node_modules/jest-worker/build/workers/processChild.js'], [], 'jest worker', false],
		[['/app/node_modules/vitest/dist/workers/forks.js'], [], 'vitest worker', false],
		[['/app/node_modules/pm2/lib/ProcessContainerFork.js'], [], 'pm2 app', false],
		[['/app/node_modules/vitest/vitest.mjs', 'run'], [], 'vitest', false],
		[['/app/node_modules/@scope/queue/lib/consumer.js'], [], '@scope/queue/consumer', false],
		[['/app/node_modules/typescript/bin/tsc'], [], 'tsc', false],

		[['/usr/bin/npm', 'run', 'start'], [], 'npm run start', true],
		[
			['/usr/lib/node_modules/npm/bin/npm-cli.js', 'run', 'start', '--', '--port', '3'],
			[],
			'npm run start',
			true,
		],
		[['/usr/share/nodejs/npm/bin/npm-cli.js', 'start'], [], 'npm start', true],
		[['/usr/bin/npm', '--prefix', '/app', '--silent', 'run', 'dev'], [], 'npm run dev', true],
		[['/usr/bin/npm', 'exec', '--', '/app/node_modules/.bin/vite'], [], 'npm exec vite', true],
		[['/usr/bin/npm'], [], 'npm', true],
		[['/usr/bin/npx', '-y', '-p', 'tsx', 'tsx', 'server.ts'], [], 'npx tsx', true],
		[['/usr/lib/node_modules/npm/bin/npx-cli.js', 'vite'], [], 'npx vite', true],
		[['/app/.yarn/releases/yarn-4.1.0.cjs', 'dev'], [], 'yarn dev', true],
		[['/usr/share/yarn/bin/yarn.js', 'run', 'dev'], [], 'yarn run dev', true],
		[['/x/node_modules/pnpm/bin/pnpm.mjs', '--filter', 'api', 'run', 'start'], [], 'pnpm run start', true],
		[['/root/.cache/node/corepack/v1/pnpm/9.1.0/bin/pnpm.cjs', 'dev'], [], 'pnpm dev', true],
		[['/usr/lib/node_modules/corepack/dist/corepack.js', 'yarn', 'dev'], [], 'corepack yarn', true],
		[['/app/node_modules/.bin/nodemon', '-w', 'src', 'server.js', 'a'], [], 'nodemon server.js', true],
		[['/app/node_modules/nodemon/bin/nodemon.js'], [], 'nodemon', true],
		[['/app/node_modules/tsx/dist/cli.mjs', 'server.ts'], [], 'tsx server.ts', true],
		[
			['/app/node_modules/.bin/tsx', 'watch', '--clear-screen=false', 'src/server.ts'],
			[],
			'tsx watch server.ts',
			true,
		],
		[
			['/app/server.ts'],
			[
				'--require',
				'/app/node_modules/tsx/dist/preflight.cjs',
				'--import',
				'file:///app/node_modules/tsx/dist/loader.mjs',
			],
			'server.ts',
			false,
		],
		[['/app/node_modules/.bin/concurrently', '-n', 'a', 'node server.js a'], [], 'concurrently', true],
		[['/app/node_modules/.bin/dotenv', '--', 'node', 'server.js'], [], 'dotenv server.js', true],
		[
			['/app/node_modules/dotenv-cli/cli.js', '-e', '.env.x', 'node', 'server.js'],
			[],
			'dotenv server.js',
			true,
		],
		[
			['/app/node_modules/.bin/cross-env', 'A=1', 'TOKEN=x', 'node', 'server.js'],
			[],
			'cross-env server.js',
			true,
		],
		[['/app/node_modules/.bin/env-cmd', '-f', '.env', 'node', 'server.js'], [], 'env-cmd server.js', true],
	])('%j with %j is %s', (argv, execArgv, program, wrapper) => {
		expect(describeProgram([node, ...argv], execArgv, 'node')).toEqual({program, wrapper});
	});

	test('is named by its title where nothing else is known', () => {
		expect(describeProgram([node], [], 'api worker')).toEqual({program: 'api worker', wrapper: false});
		expect(describeProgram([node], [], node)).toEqual({program: 'node', wrapper: false});
		expect(describeProgram([], [], '')).toEqual({program: 'node', wrapper: false});
	});

	test('that is one executable file is named by it', () => {
		expect(describeProgram(['/opt/api', '/opt/api', 'x'], [], '').program).toBe('api');
	});

	test('has a short name however long its script is', () => {
		expect(describeProgram([node, `/app/${'x'.repeat(500)}.js`], [], '').program).toHaveLength(80);
	});
});

describe('a process without the hook', () => {
	test.each<[string[], string, boolean]>([
		[['node', '--watch', 'server.js', 'a'], 'node --watch server.js', true],
		[['node', '--watch-path', 'src', '/app/server.js'], 'node --watch server.js', true],
		[['/usr/bin/node', '-r', './a.cjs', '--inspect=0', 'src/server.js'], 'server.js', false],
		[['node', '--run', 'start'], 'node --run start', true],
		[['node', '--', 'server.js'], 'server.js', false],
		[['node', '-e', 'x()', 'a'], 'node -e', false],
		[['node'], 'node', false],
		[['node', '-'], 'node -', false],
		[['/usr/bin/node', '/usr/bin/npm', 'run', 'dev'], 'npm run dev', true],
		[['npm run dev', '', ''], 'npm run dev', true],
		[['sh', '-c', 'node server.js'], 'sh', true],
		[['-bash'], 'bash', true],
		[['/usr/bin/python3', 'server.py'], 'python3', false],
		[['nginx: master process /usr/sbin/nginx'], 'nginx: master process /usr/sbin/nginx', false],
		[[], '', false],
	])('%j is %s', (cmdline, program, wrapper) => {
		expect(describeCommandLine(cmdline)).toEqual({program, wrapper});
	});
});
