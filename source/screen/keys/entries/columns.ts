/** Keys of the column chooser. */
import type {KeyEntry} from './types.ts';

export const columnsKeys: readonly KeyEntry[] = [
	{
		id: 'column-toggle',
		keys: ['space', 'x'],
		title: 'take the column in or out',
		modes: ['columns'],
		footer: {keys: 'Space', label: 'in/out', rank: 0},
	},
	{
		id: 'column-before',
		keys: ['<', 'shift-up', 'shift-left', 'K'],
		title: 'move the column to the left',
		modes: ['columns'],
		footer: {keys: '< >', label: 'order', rank: 1},
	},
	{
		id: 'column-after',
		keys: ['>', 'shift-down', 'shift-right', 'J'],
		title: 'move the column to the right',
		modes: ['columns'],
	},
	{
		id: 'columns-reset',
		keys: ['r'],
		title: 'all columns, in their own order',
		modes: ['columns'],
		footer: {keys: 'r', label: 'reset', rank: 2},
	},
	{
		id: 'columns-keep',
		keys: ['enter', 'c'],
		title: 'keep the columns, in later runs too',
		modes: ['columns'],
		footer: {keys: 'Enter', label: 'keep', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'leave the columns as they were',
		modes: ['columns'],
		footer: {keys: 'Esc', label: 'undo', rank: 0},
	},
];
