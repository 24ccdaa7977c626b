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
	{id: 'delete-before', keys: ['backspace'], title: 'delete the character before', where: ['filter']},
	{id: 'delete-after', keys: ['delete', 'ctrl-d'], title: 'delete the character after', where: ['filter']},
	{id: 'delete-word', keys: ['ctrl-w'], title: 'delete the word before', where: ['filter']},
	{
		id: 'delete-line',
		keys: ['ctrl-u'],
		title: 'delete all before',
		where: ['filter'],
		footer: {keys: 'Ctrl-U', word: 'clear', rank: 2},
	},
	{id: 'cursor-left', keys: ['left', 'ctrl-b'], title: 'one character back', where: ['filter']},
	{id: 'cursor-right', keys: ['right', 'ctrl-f'], title: 'one character on', where: ['filter']},
	{id: 'cursor-start', keys: ['home', 'ctrl-a'], title: 'to the beginning', where: ['filter']},
	{id: 'cursor-end', keys: ['end', 'ctrl-e'], title: 'to the end', where: ['filter']},
	{
		id: 'back',
		keys: ['esc'],
		title: 'undo',
		where: ['filter', 'sort'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
];
