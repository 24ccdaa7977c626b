/** A program of the tests as one file, as the product itself is: started from source it would take a second longer. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from 'esbuild';

const root = path.resolve(import.meta.dirname, '../../..');

export type Bundle = {file: string; remove(): Promise<void>};

/**
 * @param entry path from the root of the project
 * @returns the file to give to node; the caller removes it
 */
export const bundle = async (entry: string): Promise<Bundle> => {
	const directory = await mkdtemp(path.join(tmpdir(), 'netwatch-bundle-'));
	const file = path.join(directory, 'program.mjs');
	await build({
		absWorkingDir: root,
		entryPoints: [entry],
		outfile: file,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		jsx: 'automatic',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
		alias: {'react-devtools-core': './scripts/no-devtools.js'},
		banner: {
			js: "import {createRequire as __createRequire} from 'node:module';\nconst require = __createRequire(import.meta.url);",
		},
		logLevel: 'warning',
	});
	return {file, remove: () => rm(directory, {recursive: true, force: true})};
};
