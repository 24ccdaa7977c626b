/** Keys that answer how to quit. */
import type {KeyEntry} from './types.ts';

export const quitKeys: readonly KeyEntry[] = [
	{
		id: 'quit-end',
		keys: ['e'],
		title: 'end the program and quit',
		where: ['quit'],
		footer: {keys: 'e', word: 'end it', rank: 0},
	},
	{
		id: 'quit-leave',
		keys: ['l'],
		title: 'quit and leave the program running',
		where: ['quit'],
		footer: {keys: 'l', word: 'leave it running', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'stay',
		where: ['quit'],
		footer: {keys: 'Esc', word: 'stay', rank: 0},
	},
];
