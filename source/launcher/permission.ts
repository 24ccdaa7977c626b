import {execFileSync} from 'node:child_process';
import {basename} from 'node:path';
import {findExecutable, readHead} from './find-file.ts';
import {addHookOption} from './node-options.ts';

/** A command's use of Node's permission model. */
export type PermissionModel = {
	/** The flag's name: `--permission`, or `--experimental-permission`. */
	flag: string;
	/** The `--allow-fs-read=…` options. */
	allowedReads: readonly string[];
	/** A Node may run without a script, or pass its flags on to one without. */
	withoutScript: boolean;
};

const wordPattern = (words: string): RegExp =>
	new RegExp(`(?<![^\\s"'\`=;&|(])(?:${words})(?![^\\s"'\`=;&|)])`, 'g');
const permissionFlag = wordPattern('--(?:experimental[-_])?permission');
const allowFsReadFlag = wordPattern(String.raw`--allow-fs-read=[^\s"'\`;&|]+`);
const noScriptFlag = wordPattern(
	'-[a-z]*[pei]|-|--eval|--print|--test|--run|--interactive|--allow-(?:child-process|worker)',
);

const packageRunners = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg']);
const isNode = (name: string): boolean => /^node(?:js)?\d*$/.test(basename(name));
const maxReadBytes = 65_536;
const probeTimeoutMs = 10_000;

/**
 * Detects a use of the permission model before the command runs: in its words, in NODE_OPTIONS, in the
 * command's script, and in the package.json of an `npm run` or the like.
 */
export const detectPermissionModel = (
	command: readonly string[],
	env: NodeJS.ProcessEnv,
): PermissionModel | null => {
	const [name = '', ...words] = command;
	const commandLine = words.join(' ');
	const file = findExecutable(name, env.PATH);
	const script = file === null ? '' : readHead(file, maxReadBytes);
	const texts = [commandLine, env.NODE_OPTIONS ?? '', script.startsWith('#!') ? script : ''];
	if (packageRunners.has(basename(name)) || words.includes('--run')) texts.push(...readPackageScripts(words));
	const text = texts.join('\n');
	const permissionLines = text.split('\n').filter(line => line.match(permissionFlag) !== null);
	const [flag] = text.match(permissionFlag) ?? [];
	if (flag === undefined) return null;
	const isBareNode = isNode(name) && words.every(word => word.startsWith('-'));
	return {
		flag,
		allowedReads: text.match(allowFsReadFlag) ?? [],
		withoutScript: isBareNode || permissionLines.some(line => line.match(noScriptFlag) !== null),
	};
};

/**
 * The package.json scripts that the words name, with their pre and post scripts; all scripts where the words
 * name none.
 */
function readPackageScripts(words: readonly string[]): string[] {
	const text = readHead('package.json', maxReadBytes);
	try {
		const {scripts = {}} = JSON.parse(text) as {scripts?: Record<string, string>};
		const named = words.filter(word => Object.hasOwn(scripts, word));
		if (named.length === 0) return Object.values(scripts).map(String);
		return named.flatMap(name =>
			[`pre${name}`, name, `post${name}`].map(each => String(scripts[each] ?? '')),
		);
	} catch {
		return [text];
	}
}

/**
 * True if Node starts with the hook under the permission model. A Node without read access to a `--require`
 * file ends with code 1; newer versions may always read that file, but only when they run a script. So the
 * Node of the command is tried out.
 */
export const canStartWithHook = (
	{flag, allowedReads, withoutScript}: PermissionModel,
	command: readonly string[],
	env: NodeJS.ProcessEnv,
	hookPath: string,
): boolean => {
	const [name = ''] = command;
	const emptyProgram = withoutScript ? ['-e', '0'] : ['--allow-fs-read=/dev/null', '/dev/null'];
	try {
		execFileSync(isNode(name) ? name : 'node', [flag, ...allowedReads, ...emptyProgram], {
			env: {...env, NODE_OPTIONS: addHookOption(undefined, hookPath), NETWATCH_FIFO: undefined},
			stdio: 'ignore',
			timeout: probeTimeoutMs,
		});
		return true;
	} catch (error) {
		// 9: this Node does not know the flag, so the hook does not cause the failure.
		const {status, code} = error as {status?: unknown; code?: unknown};
		return status === 9 || code === 'ENOENT';
	}
};
