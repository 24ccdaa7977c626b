/** Keys while columns are chosen. */
import type {KeyEntry} from './types.ts';

export const columnsKeys: readonly KeyEntry[] = [
	{
		id: 'column-toggle',
		keys: ['space', 'x'],
		title: 'take the column in or out',
		where: ['columns'],
		footer: {keys: 'Space', word: 'in/out', rank: 0},
	},
	{
		id: 'column-before',
		keys: ['<', 'shift-up', 'shift-left', 'K'],
		title: 'move the column to the left',
		where: ['columns'],
		footer: {keys: '< >', word: 'order', rank: 1},
	},
	{
		id: 'column-after',
		keys: ['>', 'shift-down', 'shift-right', 'J'],
		title: 'move the column to the right',
		where: ['columns'],
	},
	{
		id: 'columns-reset',
		keys: ['r'],
		title: 'all columns, in their own order',
		where: ['columns'],
		footer: {keys: 'r', word: 'reset', rank: 2},
	},
	{
		id: 'columns-keep',
		keys: ['enter', 'c'],
		title: 'keep the columns, in later runs too',
		where: ['columns'],
		footer: {keys: 'Enter', word: 'keep', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'leave the columns as they were',
		where: ['columns'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
];
