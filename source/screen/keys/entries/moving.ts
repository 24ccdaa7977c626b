/** Keys that move, in whatever is in sight. */
import type {Mode} from '../../state/state.ts';
import {type KeyEntry, scrolling} from './types.ts';

const moving: readonly Mode[] = [...scrolling, 'columns'];

export const movingKeys: readonly KeyEntry[] = [
	{id: 'up', keys: ['up', 'k'], title: 'one up', where: moving},
	{
		id: 'down',
		keys: ['down', 'j'],
		title: 'one down',
		where: moving,
		footer: {keys: '↑↓', word: 'move', rank: 4},
	},
	{id: 'page-up', keys: ['pageup'], title: 'a page up', where: moving},
	{id: 'page-down', keys: ['pagedown'], title: 'a page down', where: moving},
	{id: 'first', keys: ['g', 'home'], title: 'to the first', where: moving},
	{id: 'last', keys: ['G', 'end'], title: 'to the last; output: follow the newest again', where: moving},
];
