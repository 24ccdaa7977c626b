/** Keys of the whole screen, and of the program. */
import {everywhere, type KeyEntry, scrolling} from './types.ts';

export const sessionKeys: readonly KeyEntry[] = [
	{
		id: 'help',
		keys: ['?', 'h'],
		title: 'this help, and again to close it',
		where: scrolling,
		footer: {keys: '?', word: 'help', rank: 0},
	},
	{
		id: 'quit',
		keys: ['q'],
		title: 'quit; asks while the program runs',
		where: scrolling,
		footer: {keys: 'q', word: 'quit', rank: 0},
	},
	{
		id: 'interrupt',
		keys: ['ctrl-c'],
		title: 'interrupt the program; quit once it has ended',
		where: everywhere,
	},
	{
		id: 'suspend',
		keys: ['ctrl-z'],
		title: 'stop netwatch, and not the program, until the shell continues it (fg)',
		where: everywhere,
	},
	{id: 'redraw', keys: ['ctrl-l'], title: 'draw the screen afresh', where: everywhere},
];
