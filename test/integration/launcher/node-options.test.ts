import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {addHookOption} from '../../../source/launcher/node-options.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';

test.each([
	['a plain directory', 'plain'],
	['spaces', 'with two  spaces '],
	['double quotes', 'say "hook"'],
	['single quotes', "it's"],
	['backslashes', 'back\\slash\\\\'],
	['a backslash before a quote', 'odd\\"'],
	['letters that are not ASCII', 'größe-鉤-🪝'],
	['a line feed and a tab', 'two\nlines\tand a tab'],
	['what a shell would take', '$HOME `id` ; & * '],
])('node loads a hook whose path holds %s', (_, name) => {
	const directory = join(temporaryDirectory(), name);
	mkdirSync(directory);
	const hook = join(directory, 'hook.cjs');
	writeFileSync(hook, 'globalThis.isHooked = true');
	const other = join(directory, 'other.cjs');
	writeFileSync(other, 'globalThis.isOther = globalThis.isHooked');
	const nodeOptions = addHookOption(addHookOption('--no-warnings', other), hook);
	const env = {...process.env, NODE_OPTIONS: nodeOptions};
	const {stdout, stderr} = spawnSync(process.execPath, ['-p', '[isHooked, isOther]+""'], {
		env,
		encoding: 'utf8',
	});
	expect(stderr).toBe('');
	expect(stdout).toBe('true,true\n');
});

test.each([
	['stands alone where nothing is there', undefined, '--require /h/hook.cjs'],
	['stands alone where there is only space', '  ', '--require /h/hook.cjs'],
	[
		'stands in front of what is there',
		'--require ./a.cjs --inspect',
		'--require /h/hook.cjs --require ./a.cjs --inspect',
	],
	['is not added twice', '--require "/h/hook.cjs" --inspect', '--require "/h/hook.cjs" --inspect'],
	['is not added twice in other words', '-r /h/hook.cjs', '-r /h/hook.cjs'],
	[
		'is added where only a path like it is there',
		'--require "/h/hook.cjs.bak"',
		'--require /h/hook.cjs --require "/h/hook.cjs.bak"',
	],
	['leaves what node will refuse as it is', '--title "open', '--require /h/hook.cjs --title "open'],
])('the hook %s', (_, existing, expected) => {
	expect(addHookOption(existing, '/h/hook.cjs')).toBe(expected);
});
