/** Keys of a row and of its detail. */
import {hasRows, type KeyEntry, lists} from './types.ts';

export const detailKeys: readonly KeyEntry[] = [
	{
		id: 'detail',
		keys: ['enter'],
		title: 'show all that is known of the row',
		where: lists,
		footer: {keys: 'Enter', word: 'detail', rank: 3, when: hasRows},
	},
	{
		id: 'row-before',
		keys: ['left'],
		title: 'the row above',
		where: ['detail'],
		footer: {keys: '←→', word: 'other rows', rank: 3},
	},
	{id: 'row-after', keys: ['right'], title: 'the row below', where: ['detail']},
	{
		id: 'times',
		keys: ['w'],
		title: 'the waterfall of its times in place of the three views, and back',
		where: ['detail'],
		footer: {keys: 'w', word: 'waterfall', rank: 1},
	},
];
