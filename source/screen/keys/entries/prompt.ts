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
		id: 'complete',
		keys: ['tab'],
		title: 'complete the word or its value; again: the next of those listed',
		where: ['filter'],
		footer: {keys: 'Tab', word: 'complete', rank: 1},
	},
	{id: 'complete-before', keys: ['shift-tab'], title: 'the one before of those listed', where: ['filter']},
	{
		id: 'filter-older',
		keys: ['up', 'ctrl-p'],
		title: 'an earlier filter; of those that begin as what is typed',
		where: ['filter'],
		footer: {keys: '↑', word: 'earlier', rank: 2, when: ({history}) => history.length > 0},
	},
	{
		id: 'filter-newer',
		keys: ['down', 'ctrl-n'],
		title: 'a later filter, at last what was typed',
		where: ['filter'],
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
		footer: {keys: 'Ctrl-U', word: 'clear', rank: 3},
	},
	{id: 'cursor-left', keys: ['left', 'ctrl-b'], title: 'one character back', where: ['filter', 'search']},
	{id: 'cursor-right', keys: ['right', 'ctrl-f'], title: 'one character on', where: ['filter', 'search']},
	{id: 'cursor-start', keys: ['home', 'ctrl-a'], title: 'to the beginning', where: ['filter', 'search']},
	{id: 'cursor-end', keys: ['end', 'ctrl-e'], title: 'to the end', where: ['filter', 'search']},
	{
		id: 'filter-back',
		keys: ['esc'],
		title: 'undo: what Tab lists, then what was typed',
		where: ['filter'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'undo',
		where: ['search', 'sort'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
];
