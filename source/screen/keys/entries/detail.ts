/** Keys of a row and of its detail. */
import {hasRows, type KeyEntry, listModes} from './types.ts';

export const detailKeys: readonly KeyEntry[] = [
	{
		id: 'detail',
		keys: ['enter'],
		title: 'show all that is known of the row',
		modes: listModes,
		footer: {keys: 'Enter', label: 'detail', rank: 3, isAvailable: hasRows},
	},
	{
		id: 'row-before',
		keys: ['left'],
		title: 'the row above',
		modes: ['detail'],
		footer: {keys: '←→', label: 'other rows', rank: 3},
	},
	{id: 'row-after', keys: ['right'], title: 'the row below', modes: ['detail']},
	{
		id: 'waterfall',
		keys: ['w'],
		title: 'the waterfall of its times in place of the three views, and back',
		modes: ['detail'],
		footer: {keys: 'w', label: 'waterfall', rank: 1},
	},
];
