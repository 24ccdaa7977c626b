import {install, once, unpackPackage} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, nodeTestFiles} from './files.ts';

const version = '5.12.1';

export const fastify: Suite = {
	name: 'fastify',
	version,
	timeoutMs: 120_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `fastify-${version}`, async into => {
			// The published package holds its tests.
			await unpackPackage(`fastify@${version}`, into);
			await install(into, {keep: /^(?!.*eslint|@types|borp|branch|concurrently|cross|markdown|neo|tstyche)/});
		});
		return {cwd, files: nodeTestFiles(filesOf(cwd, 'test', /\.test\.m?js$/))};
	},
};
