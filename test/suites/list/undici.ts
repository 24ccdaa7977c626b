import {runOrThrow} from '../command.ts';
import {install, once, unpackTag} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, nodeTestFiles} from './files.ts';

const version = '7.29.0';
const folders = [
	'busboy',
	'cache',
	'cache-interceptor',
	'cookie',
	'eventsource',
	'fetch',
	'infra',
	'interceptors',
	'node-fetch',
	'node-test',
	'subresource-integrity',
	'webidl',
	'websocket',
];

export const undici: Suite = {
	name: 'undici',
	version,
	timeoutMs: 400_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `undici-${version}`, async into => {
			await unpackTag(workshop, {repository: 'nodejs/undici', tag: `v${version}`}, into);
			await install(into, {keep: /^(?!eslint|neo|tsd|typescript|jest|husky|c8|borp|esbuild|@types)/});
			await runOrThrow(workshop.node, ['scripts/generate-pem.js'], {cwd: into});
		});
		const pattern = new RegExp(`^test/((${folders.join('|')})/(.*/)?)?[^/]+\\.js$`);
		return {cwd, files: nodeTestFiles(filesOf(cwd, 'test', pattern), ['--expose-gc'])};
	},
};
