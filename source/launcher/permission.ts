import {execFileSync} from 'node:child_process';
import {basename} from 'node:path';
import {find, head} from './find-file.ts';
import {withHook} from './node-options.ts';

/** How a command asks Node for its permission model. */
export type Permission = {
	/** As Node knows it: `--permission`, or `--experimental-permission`. */
	flag: string;
	/** What may be read, as `--allow-fs-read=…`. */
	reads: readonly string[];
	/** Whether a Node may run that has no script, or hands its flags on to one that has none. */
	withoutScript: boolean;
};

const between = (words: string): RegExp =>
	new RegExp(`(?<![^\\s"'\`=;&|(])(?:${words})(?![^\\s"'\`=;&|)])`, 'g');
const flags = between('--(?:experimental[-_])?permission');
const reads = between(String.raw`--allow-fs-read=[^\s"'\`;&|]+`);
const noScript = between(
	'-[a-z]*[pei]|-|--eval|--print|--test|--run|--interactive|--allow-(?:child-process|worker)',
);

const runners = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg']);
const isNode = (name: string): boolean => /^node(?:js)?\d*$/.test(basename(name));
const readLimit = 65_536;
const probeMs = 10_000;

/**
 * Whether the command asks for the permission model, as far as can be seen before it runs: in its words, in
 * NODE_OPTIONS, in the script that it is, in the package.json of which npm and its like would run a script.
 */
export const permissionOf = (command: readonly string[], env: NodeJS.ProcessEnv): Permission | null => {
	const [name = '', ...words] = command;
	const given = words.join(' ');
	const file = find(name, env.PATH);
	const script = file === null ? '' : head(file, readLimit);
	const texts = [given, env.NODE_OPTIONS ?? '', script.startsWith('#!') ? script : ''];
	if (runners.has(basename(name)) || words.includes('--run')) texts.push(...scriptsOf(words));
	const text = texts.join('\n');
	const asking = text.split('\n').filter(line => line.match(flags) !== null);
	const [flag] = text.match(flags) ?? [];
	if (flag === undefined) return null;
	const isAlone = isNode(name) && words.every(word => word.startsWith('-'));
	return {
		flag,
		reads: text.match(reads) ?? [],
		withoutScript: isAlone || asking.some(line => line.match(noScript) !== null),
	};
};

/** The scripts of package.json that the words name, with what runs before and after them; all where they name none. */
function scriptsOf(words: readonly string[]): string[] {
	const text = head('package.json', readLimit);
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
 * Whether Node starts with the hook under the permission model. A Node that may not read the file of a `--require`
 * ends with code 1; newer ones may always read it, but only where a script is run. So the one that will run is asked.
 */
export const startsWithHook = (
	{flag, reads, withoutScript}: Permission,
	command: readonly string[],
	env: NodeJS.ProcessEnv,
	hookPath: string,
): boolean => {
	const [name = ''] = command;
	const nothing = withoutScript ? ['-e', '0'] : ['--allow-fs-read=/dev/null', '/dev/null'];
	try {
		execFileSync(isNode(name) ? name : 'node', [flag, ...reads, ...nothing], {
			env: {...env, NODE_OPTIONS: withHook(undefined, hookPath), NETWATCH_FIFO: undefined},
			stdio: 'ignore',
			timeout: probeMs,
		});
		return true;
	} catch (error) {
		// 9: this Node does not know the flag, and what becomes of the command is not the hook's doing.
		const {status, code} = error as {status?: unknown; code?: unknown};
		return status === 9 || code === 'ENOENT';
	}
};
