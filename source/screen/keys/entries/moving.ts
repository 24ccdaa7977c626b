/** Keys that move, in whatever is in sight. */
import {type KeyEntry, scrolling} from './types.ts';

export const movingKeys: readonly KeyEntry[] = [
	{id: 'up', keys: ['up', 'k'], title: 'one up', where: scrolling},
	{
		id: 'down',
		keys: ['down', 'j'],
		title: 'one down',
		where: scrolling,
		footer: {keys: '↑↓', word: 'move', rank: 4},
	},
	{id: 'page-up', keys: ['pageup'], title: 'a page up', where: scrolling},
	{id: 'page-down', keys: ['pagedown'], title: 'a page down', where: scrolling},
	{id: 'first', keys: ['g', 'home'], title: 'to the first', where: scrolling},
	{id: 'last', keys: ['G', 'end'], title: 'to the last; output: follow the newest again', where: scrolling},
];
