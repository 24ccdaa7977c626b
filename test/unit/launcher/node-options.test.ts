import {expect, test} from 'vitest';
import {addHookOption} from '../../../source/launcher/node-options.ts';

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
