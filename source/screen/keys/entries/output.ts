/** Keys of the program's output. */
import type {KeyEntry} from './types.ts';

export const outputKeys: readonly KeyEntry[] = [
	{
		id: 'search',
		keys: ['/'],
		title: 'search in the output while you type; a capital letter makes the case count',
		where: ['output'],
		footer: {keys: '/', word: 'search', rank: 1},
	},
	{
		id: 'search-next',
		keys: ['n'],
		title: 'the next match',
		where: ['output'],
	},
	{id: 'search-before', keys: ['N'], title: 'the match before', where: ['output']},
	{
		id: 'search-keep',
		keys: ['enter'],
		title: 'go on with n and N',
		where: ['search'],
		footer: {keys: 'Enter', word: 'n N to walk', rank: 0},
	},
	{
		id: 'shift-left',
		keys: ['left'],
		title: 'to the beginning of long lines',
		where: ['output'],
		footer: {keys: '←→', word: 'long lines', rank: 3},
	},
	{id: 'shift-right', keys: ['right'], title: 'to the end of long lines', where: ['output']},
];
