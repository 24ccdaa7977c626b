/** Converts key presses of Ink to the names of the key table. */
import type {Key} from 'ink';
import {splitGraphemes} from '../../text/width.ts';

const keyFlags: readonly [keyof Key & string, string][] = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'esc'],
	['backspace', 'backspace'],
	['delete', 'delete'],
];

const characterNames: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\r\n': 'enter',
	'\t': 'tab',
	' ': 'space',
	'\x7f': 'backspace',
	'\b': 'backspace',
};

const arrows: ReadonlySet<string> = new Set(['up', 'down', 'left', 'right']);

/** The name of a key, and its text; null for a key that types none. */
export type KeyPress = {name: string; text: string | null};

/**
 * @param input Ink's text of the press: several characters where they arrive at once (typed ahead)
 * @param key Ink's flags
 * @returns the presses, in order
 */
export const toKeyPresses = (input: string, key: Key): readonly KeyPress[] => {
	if (key.eventType === 'release') return [];
	const flag = keyFlags.find(([name]) => key[name]);
	if (flag) return [{name: key.shift && arrows.has(flag[1]) ? `shift-${flag[1]}` : flag[1], text: null}];
	if (key.tab) return [{name: key.shift ? 'shift-tab' : 'tab', text: null}];
	if (key.ctrl) return [{name: `ctrl-${input.toLowerCase()}`, text: null}];
	const presses = splitGraphemes(input)
		.map(toKeyPress)
		.filter(({name}) => name !== '');
	// The key table has no Alt key: on a slow line Esc and the key after it arrive as one.
	return key.meta ? [{name: 'esc', text: null}, ...presses] : presses;
};

const toKeyPress = (character: string): KeyPress => {
	const name = characterNames[character];
	if (name === 'space') return {name, text: ' '};
	if (name !== undefined) return {name, text: null};
	const code = character.codePointAt(0) ?? 0;
	return code < 0x20 ? {name: ctrlKeyName(code), text: null} : {name: character, text: character};
};

/** The name of a control character that arrived among others; '' for one without a letter. */
const ctrlKeyName = (code: number): string =>
	code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 0x60)}` : '';
