/** Keys of the program's output. */
import type {KeyEntry} from './types.ts';

export const outputKeys: readonly KeyEntry[] = [
	{
		id: 'shift-left',
		keys: ['left'],
		title: 'to the beginning of long lines',
		where: ['output'],
		footer: {keys: '←→', word: 'long lines', rank: 3},
	},
	{id: 'shift-right', keys: ['right'], title: 'to the end of long lines', where: ['output']},
];
