/** Keys while something is typed. */
import type {KeyEntry} from './types.ts';

export const promptKeys: readonly KeyEntry[] = [
	{
		id: 'filter-keep',
		keys: ['enter'],
		title: 'keep the filter',
		where: ['filter'],
		footer: {keys: 'Enter', word: 'keep', rank: 0},
	},
	{
		id: 'delete-before',
		keys: ['backspace'],
		title: 'delete the character before',
		where: ['filter', 'search'],
	},
	{
		id: 'delete-after',
		keys: ['delete', 'ctrl-d'],
		title: 'delete the character after',
		where: ['filter', 'search'],
	},
	{id: 'delete-word', keys: ['ctrl-w'], title: 'delete the word before', where: ['filter', 'search']},
	{
		id: 'delete-line',
		keys: ['ctrl-u'],
		title: 'delete all before',
		where: ['filter', 'search'],
		footer: {keys: 'Ctrl-U', word: 'clear', rank: 2},
	},
	{id: 'cursor-left', keys: ['left', 'ctrl-b'], title: 'one character back', where: ['filter', 'search']},
	{id: 'cursor-right', keys: ['right', 'ctrl-f'], title: 'one character on', where: ['filter', 'search']},
	{id: 'cursor-start', keys: ['home', 'ctrl-a'], title: 'to the beginning', where: ['filter', 'search']},
	{id: 'cursor-end', keys: ['end', 'ctrl-e'], title: 'to the end', where: ['filter', 'search']},
	{
		id: 'back',
		keys: ['esc'],
		title: 'undo',
		where: ['filter', 'search', 'sort'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
];
