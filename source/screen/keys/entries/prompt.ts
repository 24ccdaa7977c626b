/** Keys of the filter prompt and the search prompt, and the undo of the sort picker. */
import type {KeyEntry} from './types.ts';

export const promptKeys: readonly KeyEntry[] = [
	{
		id: 'filter-keep',
		keys: ['enter'],
		title: 'keep the filter',
		modes: ['filter'],
		footer: {keys: 'Enter', label: 'keep', rank: 0},
	},
	{
		id: 'complete',
		keys: ['tab'],
		title: 'complete the word or its value; again: the next of those listed',
		modes: ['filter'],
		footer: {keys: 'Tab', label: 'complete', rank: 1},
	},
	{id: 'complete-before', keys: ['shift-tab'], title: 'the one before of those listed', modes: ['filter']},
	{
		id: 'filter-older',
		keys: ['up', 'ctrl-p'],
		title: 'an earlier filter; of those that begin as what is typed',
		modes: ['filter'],
		footer: {
			keys: '↑',
			label: 'earlier',
			rank: 2,
			isAvailable: ({filterHistory: history}) => history.length > 0,
		},
	},
	{
		id: 'filter-newer',
		keys: ['down', 'ctrl-n'],
		title: 'a later filter, at last what was typed',
		modes: ['filter'],
	},
	{
		id: 'delete-before',
		keys: ['backspace'],
		title: 'delete the character before',
		modes: ['filter', 'search'],
	},
	{
		id: 'delete-after',
		keys: ['delete', 'ctrl-d'],
		title: 'delete the character after',
		modes: ['filter', 'search'],
	},
	{id: 'delete-word', keys: ['ctrl-w'], title: 'delete the word before', modes: ['filter', 'search']},
	{
		id: 'delete-line',
		keys: ['ctrl-u'],
		title: 'delete all before',
		modes: ['filter', 'search'],
		footer: {keys: 'Ctrl-U', label: 'clear', rank: 3},
	},
	{id: 'cursor-left', keys: ['left', 'ctrl-b'], title: 'one character back', modes: ['filter', 'search']},
	{id: 'cursor-right', keys: ['right', 'ctrl-f'], title: 'one character on', modes: ['filter', 'search']},
	{id: 'cursor-start', keys: ['home', 'ctrl-a'], title: 'to the beginning', modes: ['filter', 'search']},
	{id: 'cursor-end', keys: ['end', 'ctrl-e'], title: 'to the end', modes: ['filter', 'search']},
	{
		id: 'filter-back',
		keys: ['esc'],
		title: 'undo: what Tab lists, then what was typed',
		modes: ['filter'],
		footer: {keys: 'Esc', label: 'undo', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'undo',
		modes: ['search', 'sort'],
		footer: {keys: 'Esc', label: 'undo', rank: 0},
	},
];
