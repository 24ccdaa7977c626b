/** Keys while a sort column is picked. */
import type {KeyEntry} from './types.ts';

export const sortKeys: readonly KeyEntry[] = [
	{
		id: 'sort-before',
		keys: ['left', 'up', 'k', 'h'],
		title: 'the column before',
		where: ['sort'],
		footer: {keys: '←→', word: 'choose', rank: 0},
	},
	{
		id: 'sort-after',
		keys: ['right', 'down', 'j', 'l', 's', 'tab'],
		title: 'the next column',
		where: ['sort'],
	},
	{
		id: 'sort-keep',
		keys: ['enter'],
		title: 'keep the order',
		where: ['sort'],
		footer: {keys: 'Enter', word: 'keep', rank: 0},
	},
];
