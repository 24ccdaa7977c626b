/** How files of tests become commands. */
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {reportFile, type TestFile} from '../suite.ts';

const reporter = (name: string): string => fileURLToPath(new URL(`../reporters/${name}`, import.meta.url));

/** @param pattern of the path below `cwd` */
export const filesOf = (cwd: string, directory: string, pattern: RegExp): string[] =>
	readdirSync(join(cwd, directory), {recursive: true, encoding: 'utf8'})
		.map(path => join(directory, path))
		.filter(path => pattern.test(path))
		.sort();

export type MochaOptions = {
	/** More words for mocha, and for node. */
	words?: readonly string[];
	flags?: readonly string[];
	/** Files in one process: more than one where loading takes longer than testing. */
	together?: number;
};

export const mochaFiles = (
	cwd: string,
	paths: readonly string[],
	{words = [], flags = [], together = 1}: MochaOptions = {},
): TestFile[] => {
	const names = ['_mocha.js', '_mocha'].map(name => join(cwd, 'node_modules/mocha/bin', name));
	const mocha = names.find(path => existsSync(path)) ?? 'mocha';
	const groups = Array.from({length: Math.ceil(paths.length / together)}, (_, index) =>
		paths.slice(index * together, (index + 1) * together),
	);
	return groups.map(group => ({
		name: group.length === 1 ? group.join() : `${group[0]} … ${group.at(-1)}`,
		args: [...flags, mocha, '--reporter', reporter('mocha.cjs'), ...words, ...group],
		reports: 'lines',
	}));
};

export const nodeTestFiles = (paths: readonly string[], flags: readonly string[] = []): TestFile[] =>
	paths.map(path => ({
		name: path,
		// A reporter of our own would be loaded first, and the first tests would begin later than they do.
		args: [...flags, '--test-reporter=tap', `--test-reporter-destination=${reportFile}`, path],
		reports: 'tap',
	}));
