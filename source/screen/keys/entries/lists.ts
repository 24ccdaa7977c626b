/** Keys of the tables. */
import {hasRows, type KeyEntry, lists, panels} from './types.ts';

export const listsKeys: readonly KeyEntry[] = [
	{
		id: 'filter',
		keys: ['/'],
		title: 'filter the rows while you type',
		where: lists,
		footer: {keys: '/', word: 'filter', rank: 1},
	},
	{
		id: 'sort',
		keys: ['s'],
		title: 'pick the column to sort by',
		where: lists,
		footer: {keys: 's', word: 'sort', rank: 2},
	},
	{id: 'reverse', keys: ['S'], title: 'reverse the order', where: [...lists, 'sort']},
	{
		id: 'columns',
		keys: ['c'],
		title: 'choose the columns and their order',
		where: lists,
		footer: {keys: 'c', word: 'columns', rank: 5},
	},
	{
		id: 'pause',
		keys: ['space', 'p'],
		title: 'stop the picture, and let it go on',
		where: panels,
		footer: {keys: 'p', word: 'pause', rank: 2},
	},
	{
		id: 'closed',
		keys: ['t'],
		title: 'hide and show closed rows',
		where: lists,
		footer: {keys: 't', word: 'closed', rank: 5},
	},
	{
		id: 'copy',
		keys: ['y'],
		title: 'copy the row, or the finding, to the clipboard of the terminal (OSC 52)',
		where: [...lists, 'detail', 'diagnoses', 'finding'],
		footer: {keys: 'y', word: 'copy', rank: 6},
	},
	{
		id: 'export',
		keys: ['e'],
		title: 'write the rows shown to a file in the current directory',
		where: lists,
		footer: {keys: 'e', word: 'export', rank: 6, when: hasRows},
	},
	{
		id: 'forget',
		keys: ['x'],
		title: 'forget the closed rows; asks for a second x',
		where: lists,
		footer: {keys: 'x', word: 'forget', rank: 6, when: hasRows},
	},
	{
		id: 'follow',
		keys: ['F'],
		title: 'follow: the chosen row stays on its line and the others move around it; and back',
		where: lists,
		footer: {keys: 'F', word: 'follow', rank: 6, when: hasRows},
	},
	{
		id: 'all',
		keys: ['a'],
		title: 'all sockets of the network namespace, of whatever process; and back',
		where: ['connections', 'listeners', 'routes'],
		footer: {keys: 'a', word: 'all', rank: 5},
	},
	{id: 'forget-yes', keys: ['x'], title: 'forget them; any other key does not', where: ['forget']},
];
