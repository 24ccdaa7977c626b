/** Keys of the session: help, quit, interrupt, suspend, redraw. */
import {allModes, type KeyEntry, scrollingModes} from './types.ts';

export const sessionKeys: readonly KeyEntry[] = [
	{
		id: 'help',
		keys: ['?', 'h'],
		title: 'this help, and again to close it',
		modes: scrollingModes,
		footer: {keys: '?', label: 'help', rank: 0},
	},
	{
		id: 'quit',
		keys: ['q'],
		title: 'quit; asks while the program runs',
		modes: scrollingModes,
		footer: {keys: 'q', label: 'quit', rank: 0},
	},
	{
		id: 'interrupt',
		keys: ['ctrl-c'],
		title: 'interrupt the program; quit once it has ended',
		modes: allModes,
	},
	{
		id: 'suspend',
		keys: ['ctrl-z'],
		title: 'stop netwatch, and not the program, until the shell continues it (fg)',
		modes: allModes,
	},
	{id: 'redraw', keys: ['ctrl-l'], title: 'draw the screen afresh', modes: allModes},
];
