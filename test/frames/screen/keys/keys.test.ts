import type {Key} from 'ink';
import {describe, expect, it} from 'vitest';
import {keyTableMarkdown} from '../../../../scripts/generated-docs.ts';
import {toKeyPresses} from '../../../../source/screen/keys/key-names.ts';
import {commandFor, keySections, keyTable} from '../../../../source/screen/keys/keys.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeModel} from '../../../helpers/screen/sample-model.ts';

const noKey: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

describe('the table of keys', () => {
	it('gives each key one meaning wherever it works', () => {
		const uses = keyTable.flatMap(({id, keys, modes: where}) =>
			where.flatMap(mode => keys.map(key => ({at: `${mode} ${key}`, id}))),
		);
		const twice = uses.filter(({at}, index) => uses.findIndex(other => other.at === at) !== index);
		expect(twice).toEqual([]);
		for (const {at, id} of uses) {
			const [mode, key] = at.split(/ (.*)/);
			expect(commandFor(mode as Parameters<typeof commandFor>[0], key ?? '')).toBe(id);
		}
	});

	it('is all on the help page', () => {
		const screen = draw({rows: 200});
		screen.press('?');
		const help = screen.lines().join('\n');
		for (const {title} of keyTable) expect(help).toContain(title.slice(0, 40));
		expect(help).toMatch(/Space p +stop the picture/);
		expect(help).toMatch(/stage:draining +the stage of the row/);
	});

	it('is all in the table of the README', () => {
		const lines = keyTableMarkdown().split('\n');
		expect(lines[0]).toBe('| Key | What it does | Where |');
		expect(lines).toHaveLength(2 + keyTable.length);
		expect(lines).toContain('| `Space` `p` | stop the picture, and let it go on | everywhere |');
		expect(lines.find(line => line.startsWith('| `a` |'))).toMatch(/ connections, listeners and routes \|$/);
		expect(keySections().flatMap(({entries}) => entries)).toHaveLength(keyTable.length);
	});

	it('makes the footer, which gives up the less important keys where it is narrow', () => {
		expect(draw().lines().at(-1)).toBe(
			' ↑↓ move   Enter detail   / filter   s sort   p pause   ? help   q quit',
		);
		expect(draw({columns: 40}).lines().at(-1)).toBe(' / filter   s sort   ? help   q quit');
	});
});

it('has only keys with an effect in the footer', () => {
	const empty = draw({filter: 'xyzzy'});
	expect(empty.lines().at(-1)).not.toContain('Enter detail');
	empty.press('esc');
	expect(empty.lines().at(-1)).toContain('Enter detail');
	const prompt = draw();
	prompt.press('/', '"xyz"');
	expect(prompt.lines().at(-1)).not.toContain('earlier');
	prompt.press('enter', '/');
	prompt.press('"a"');
	expect(prompt.lines().at(-1)).toContain('↑ earlier');
});

it('has no finding keys in the footer of a diagnoses tab without findings', () => {
	const screen = draw({model: makeModel([])});
	screen.press('3');
	expect(screen.lines().at(-1)).toContain('? help');
	expect(screen.lines().at(-1)).not.toMatch(/Enter|what it says|silence|fold/);
});

it('makes a help page that shows its scroll position, to its end', () => {
	const screen = draw();
	screen.press('?');
	expect(screen.lines().at(-2)).toMatch(/^ lines 1–19 of \d+ ↓$/);
	screen.press('pagedown');
	expect(screen.lines().at(-2)).toMatch(/^ lines \d+–\d+ of \d+ ↑↓$/);
	screen.press('G');
	expect(screen.lines().at(-2)).toMatch(/^ lines \d+–(\d+) of \1 ↑$/);
});

describe('input from the keyboard', () => {
	const names = (input: string, key: Partial<Key> = {}): string[] =>
		toKeyPresses(input, {...noKey, ...key}).map(({name}) => name);

	it.each([
		['a letter', 'j', {}, ['j']],
		['an arrow', '', {upArrow: true}, ['up']],
		['Enter', '\r', {return: true}, ['enter']],
		['Tab and back', '', {tab: true, shift: true}, ['shift-tab']],
		['Ctrl-C', 'c', {ctrl: true}, ['ctrl-c']],
		['typed ahead over a slow line', '/ab \r', {}, ['/', 'a', 'b', 'space', 'enter']],
		['with control keys among it', 'j\x03\x7f', {}, ['j', 'ctrl-c', 'backspace']],
		['Esc and the key after it, come as one', 'q', {meta: true}, ['esc', 'q']],
		['a letter with an accent is one', 'e\u0301', {}, ['e\u0301']],
		['the release of a key', 'j', {eventType: 'release'}, []],
	] as const)('%s', (_what, input, key, expected) => {
		expect(names(input, key)).toEqual(expected);
	});
});
