/** Keys of the program's output. */
import type {KeyEntry} from './types.ts';

export const outputKeys: readonly KeyEntry[] = [
	{
		id: 'search',
		keys: ['/'],
		title: 'search in the output while you type; a capital letter makes the case count',
		modes: ['output'],
		footer: {keys: '/', label: 'search', rank: 1},
	},
	{
		id: 'search-next',
		keys: ['n'],
		title: 'the next match',
		modes: ['output'],
	},
	{id: 'search-before', keys: ['N'], title: 'the match before', modes: ['output']},
	{
		id: 'search-keep',
		keys: ['enter'],
		title: 'go on with n and N',
		modes: ['search'],
		footer: {keys: 'Enter', label: 'n N to walk', rank: 0},
	},
	{
		id: 'shift-left',
		keys: ['left'],
		title: 'to the beginning of long lines',
		modes: ['output'],
		footer: {keys: '←→', label: 'long lines', rank: 3},
	},
	{id: 'shift-right', keys: ['right'], title: 'to the end of long lines', modes: ['output']},
];
