import {install, once, unpackTag} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, mochaFiles} from './files.ts';

const version = '8.21.0';

export const ws: Suite = {
	name: 'ws',
	version,
	timeoutMs: 120_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `ws-${version}`, async into => {
			await unpackTag(workshop, {repository: 'websockets/ws', tag: version}, into);
			await install(into, {keep: /^mocha$/});
		});
		const paths = filesOf(cwd, 'test', /\.test\.js$/);
		return {cwd, files: mochaFiles(cwd, paths, {flags: ['--throw-deprecation']})};
	},
};
