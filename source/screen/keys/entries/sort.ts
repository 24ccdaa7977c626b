/** Keys of the sort picker. */
import type {KeyEntry} from './types.ts';

export const sortKeys: readonly KeyEntry[] = [
	{
		id: 'sort-before',
		keys: ['left', 'up', 'k', 'h'],
		title: 'the column before',
		modes: ['sort'],
		footer: {keys: '←→', label: 'choose', rank: 0},
	},
	{
		id: 'sort-after',
		keys: ['right', 'down', 'j', 'l', 's', 'tab'],
		title: 'the next column',
		modes: ['sort'],
	},
	{
		id: 'sort-keep',
		keys: ['enter'],
		title: 'keep the order',
		modes: ['sort'],
		footer: {keys: 'Enter', label: 'keep', rank: 0},
	},
];
