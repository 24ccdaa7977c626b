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
