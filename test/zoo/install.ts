/** Installs the packages into the cache, once for each list of versions, and copies the programs to where they find them. */
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runOrThrow} from '../suites/command.ts';
import {packages} from './packages.ts';

/** @returns the directory of node_modules */
export async function install(cache: string): Promise<string> {
	const directory = join(cache, 'packages');
	const manifest = `${JSON.stringify({private: true, dependencies: packages}, null, '\t')}\n`;
	const path = join(directory, 'package.json');
	// Written last: what was broken off is begun again.
	const installed = join(directory, 'installed.json');
	if (!existsSync(installed) || readFileSync(installed, 'utf8') !== manifest) {
		rmSync(directory, {recursive: true, force: true});
		mkdirSync(directory, {recursive: true});
		writeFileSync(path, manifest);
		process.stderr.write('zoo: installing the packages\n');
		const options = [
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--no-package-lock',
			'--legacy-peer-deps',
		];
		await runOrThrow('npm', ['install', ...options], {cwd: directory});
		writeFileSync(installed, manifest);
	}

	return directory;
}

/**
 * A link would resolve packages from the repository, and a directory of several runs would change below one of them.
 *
 * @returns a directory of this run's own, which goes with it
 */
export function copyPrograms(packagesDirectory: string): string {
	const programs = mkdtempSync(join(packagesDirectory, 'programs-'));
	process.once('exit', () => rmSync(programs, {recursive: true, force: true}));
	cpSync(fileURLToPath(new URL('programs', import.meta.url)), programs, {recursive: true});
	return programs;
}
