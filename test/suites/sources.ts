/**
 * Where the tests come from: published packages that hold them, clones of repositories, a source package of Debian.
 * Everything is put below one cache directory and prepared once.
 */
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {runOrThrow} from './command.ts';

export type Workshop = {
	cache: string;
	/** Where clones lie, bare or not, as NAME or NAME.git. */
	clones: string;
	/** The Node that runs the tests. */
	node: string;
};

/**
 * @param name of the directory below the cache
 * @param fill writes into an empty directory; called again when it did not come to its end the last time
 */
export async function once(
	{cache}: Workshop,
	name: string,
	fill: (directory: string) => Promise<void>,
): Promise<string> {
	const directory = join(cache, 'sources', name);
	if (existsSync(directory)) return directory;
	const partial = `${directory}.partial`;
	rmSync(partial, {recursive: true, force: true});
	mkdirSync(partial, {recursive: true});
	console.error(`suites: preparing ${name}`);
	await fill(partial);
	renameSync(partial, directory);
	return directory;
}

/** Unpacks a published package. */
export async function unpackPackage(specifier: string, into: string): Promise<void> {
	await runOrThrow('npm', ['pack', '--silent', specifier], {cwd: into});
	await runOrThrow('sh', ['-c', 'tar -xzf *.tgz --strip-components=1 && rm *.tgz'], {cwd: into});
}

export type Repository = {
	/** As GitHub calls it: owner/name. */
	repository: string;
	tag: string;
	/** The part that is wanted, and becomes the root. */
	directory?: string;
	/** What of it; else everything. */
	paths?: readonly string[];
};

/** Takes a tag out of a clone. */
export async function unpackTag(
	{clones}: Workshop,
	{repository, tag, directory, paths = ['.']}: Repository,
	into: string,
): Promise<void> {
	const [, name = repository] = repository.split('/');
	const clone = [join(clones, name), join(clones, `${name}.git`)].find(path => existsSync(path));
	if (clone === undefined) {
		const command = `git clone --bare https://github.com/${repository} ${join(clones, `${name}.git`)}`;
		throw new Error(`there is no clone of ${repository} in ${clones}; make one: ${command}`);
	}

	const archive = join(into, 'archive.tar');
	const prefix = directory ?? '.';
	const depth = directory === undefined ? 0 : directory.split('/').length;
	const wanted = paths.map(path => join(prefix, path));
	await runOrThrow('git', ['-C', clone, 'archive', '--output', archive, tag, ...wanted], {cwd: into});
	await runOrThrow('tar', ['-xf', archive, `--strip-components=${depth}`], {cwd: into});
	rmSync(archive);
}

export type Manifest = {
	/** The development dependencies that the tests need: their versions are the project's own. */
	keep?: RegExp;
	/** What the project's package.json does not name, or names in another way. */
	add?: Record<string, string>;
};

/** Installs a project's dependencies from the registry; nothing is built. */
export async function install(directory: string, {keep, add = {}}: Manifest): Promise<void> {
	const path = join(directory, 'package.json');
	const manifest: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
	const {devDependencies = {}} = manifest;
	const kept = Object.entries(Object(devDependencies)).filter(([name]) => keep?.test(name));
	writeFileSync(
		path,
		JSON.stringify(
			{...manifest, scripts: {}, devDependencies: {...Object.fromEntries(kept), ...add}},
			null,
			2,
		),
	);
	const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'];
	await runOrThrow('npm', ['install', ...quiet], {cwd: directory});
}

/** The binary that the registry's package `node` brings. */
export async function nodeBinary(workshop: Workshop, version: string): Promise<string> {
	const directory = await once(workshop, `node-${version}`, async into => {
		const platform = `node-${process.platform}-${process.arch}@${version}`;
		await unpackPackage(platform, into);
	});
	return join(directory, 'bin/node');
}

const archiveOfBookworm = [
	...['indextargets', '--format', '$(REPO_URI)'],
	...['Created-By: Packages', 'Label: Debian', 'Codename: bookworm', 'Component: main'],
];

/** The tests of Node, out of Debian's source package. */
export async function nodeSources(workshop: Workshop, version: string): Promise<string> {
	return once(workshop, `nodejs-${version}-tests`, async into => {
		const apt = join(into, 'apt');
		for (const path of ['lists/partial', 'cache/archives/partial', 'source'])
			mkdirSync(join(apt, path), {recursive: true});
		const list = join(apt, 'sources.list');
		// The system's own list names no sources mostly, and is left alone; from where it has its packages is asked of it.
		const [archive] = (await runOrThrow('apt-get', archiveOfBookworm, {cwd: apt})).split('\n');
		if (!archive) throw new Error('apt-get knows no archive of Debian 12 (bookworm): its own tests need one');
		const options = [
			`Dir::Etc::SourceList=${list}`,
			'Dir::Etc::SourceParts=/dev/null',
			`Dir::State::Lists=${join(apt, 'lists')}`,
			`Dir::Cache=${join(apt, 'cache')}`,
			'APT::Sandbox::User=',
		].flatMap(option => ['-o', option]);
		const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
		writeFileSync(list, `deb-src [signed-by=${key}] ${archive} bookworm main\n`);
		await runOrThrow('apt-get', [...options, '-q', 'update'], {cwd: apt});
		await runOrThrow('apt-get', [...options, '-q', '--only-source', '--download-only', 'source', 'nodejs'], {
			cwd: join(apt, 'source'),
		});
		const tarball = `source/nodejs_${version}+dfsg.orig.tar.xz`;
		const members = [`node-v${version}/test`];
		await runOrThrow('tar', ['-C', into, '--strip-components=1', '-xJf', join(apt, tarball), ...members], {
			cwd: apt,
		});
		rmSync(apt, {recursive: true});
	});
}
