import {install, once, unpackTag} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, mochaFiles} from './files.ts';

const version = '5.2.1';

export const express: Suite = {
	name: 'express',
	version,
	timeoutMs: 120_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `express-${version}`, async into => {
			await unpackTag(workshop, {repository: 'expressjs/express', tag: `v${version}`}, into);
			await install(into, {keep: /^(?!eslint|nyc)/});
		});
		const paths = filesOf(cwd, 'test', /^test\/(acceptance\/)?[^/]+\.js$/);
		const words = ['--require', 'test/support/env', '--check-leaks'];
		return {cwd, files: mochaFiles(cwd, paths, {words})};
	},
};
