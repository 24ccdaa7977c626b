/** Keys that move the cursor or scroll. */
import type {Mode} from '../../state/state.ts';
import {type KeyEntry, scrollingModes} from './types.ts';

const movingModes: readonly Mode[] = [...scrollingModes, 'columns'];

export const movingKeys: readonly KeyEntry[] = [
	{id: 'up', keys: ['up', 'k'], title: 'one up', modes: movingModes},
	{
		id: 'down',
		keys: ['down', 'j'],
		title: 'one down',
		modes: movingModes,
		footer: {keys: '↑↓', label: 'move', rank: 4},
	},
	{id: 'page-up', keys: ['pageup'], title: 'a page up', modes: movingModes},
	{id: 'page-down', keys: ['pagedown'], title: 'a page down', modes: movingModes},
	{id: 'first', keys: ['g', 'home'], title: 'to the first', modes: movingModes},
	{id: 'last', keys: ['G', 'end'], title: 'to the last; output: follow the newest again', modes: movingModes},
];
