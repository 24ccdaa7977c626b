/** Keys of the quit dialog. */
import type {KeyEntry} from './types.ts';

export const quitKeys: readonly KeyEntry[] = [
	{
		id: 'quit-end',
		keys: ['e'],
		title: 'end the program and quit',
		modes: ['quit'],
		footer: {keys: 'e', label: 'end it', rank: 0},
	},
	{
		id: 'quit-leave',
		keys: ['l'],
		title: 'quit and leave the program running',
		modes: ['quit'],
		footer: {keys: 'l', label: 'leave it running', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'stay',
		modes: ['quit'],
		footer: {keys: 'Esc', label: 'stay', rank: 0},
	},
];
