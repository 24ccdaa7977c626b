/** Keys by the names of the key table, as a keyboard sends them. */
import {keys} from './terminal.ts';

const sequences: Readonly<Record<string, string>> = {
	...{up: keys.up, down: keys.down, left: keys.left, right: keys.right},
	...{home: keys.home, end: keys.end, pageup: keys.pageUp, pagedown: keys.pageDown},
	...{enter: keys.enter, esc: keys.esc, tab: keys.tab, 'shift-tab': keys.shiftTab},
	...{
		'shift-up': '\x1b[1;2A',
		'shift-down': '\x1b[1;2B',
		'shift-right': '\x1b[1;2C',
		'shift-left': '\x1b[1;2D',
	},
	...{backspace: keys.backspace, delete: '\x1b[3~', space: ' '},
};

/** @param key a name, or a text in double or single quotes that is typed as it is */
export const typed = (key: string): string => {
	if (/^["']/.test(key)) return key.slice(1, -1);
	const control = /^ctrl-([a-z])$/.exec(key)?.[1];
	if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 0x60);
	return sequences[key] ?? key;
};
