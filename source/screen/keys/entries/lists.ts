/** Keys of the tables. */
import {hasRows, type KeyEntry, listModes, panelModes} from './types.ts';

export const listsKeys: readonly KeyEntry[] = [
	{
		id: 'filter',
		keys: ['/'],
		title: 'filter the rows while you type',
		modes: listModes,
		footer: {keys: '/', label: 'filter', rank: 1},
	},
	{
		id: 'sort',
		keys: ['s'],
		title: 'pick the column to sort by',
		modes: listModes,
		footer: {keys: 's', label: 'sort', rank: 2},
	},
	{id: 'reverse', keys: ['S'], title: 'reverse the order', modes: [...listModes, 'sort']},
	{
		id: 'columns',
		keys: ['c'],
		title: 'choose the columns and their order',
		modes: listModes,
		footer: {keys: 'c', label: 'columns', rank: 5},
	},
	{
		id: 'pause',
		keys: ['space', 'p'],
		title: 'stop the picture, and let it go on',
		modes: panelModes,
		footer: {keys: 'p', label: 'pause', rank: 2},
	},
	{
		id: 'closed',
		keys: ['t'],
		title: 'hide and show closed rows',
		modes: listModes,
		footer: {keys: 't', label: 'closed', rank: 5},
	},
	{
		id: 'copy',
		keys: ['y'],
		title: 'copy the row, or the finding, to the clipboard of the terminal (OSC 52)',
		modes: [...listModes, 'detail', 'diagnoses', 'finding'],
		footer: {keys: 'y', label: 'copy', rank: 6},
	},
	{
		id: 'export',
		keys: ['e'],
		title: 'write the rows shown to a file in the current directory',
		modes: listModes,
		footer: {keys: 'e', label: 'export', rank: 6, isAvailable: hasRows},
	},
	{
		id: 'forget',
		keys: ['x'],
		title: 'forget the closed rows; asks for a second x',
		modes: listModes,
		footer: {keys: 'x', label: 'forget', rank: 6, isAvailable: hasRows},
	},
	{
		id: 'follow',
		keys: ['F'],
		title: 'follow: the chosen row stays on its line and the others move around it; and back',
		modes: listModes,
		footer: {keys: 'F', label: 'follow', rank: 6, isAvailable: hasRows},
	},
	{
		id: 'all',
		keys: ['a'],
		title: 'all sockets of the network namespace, of whatever process; and back',
		modes: ['connections', 'listeners', 'routes'],
		footer: {keys: 'a', label: 'all', rank: 5},
	},
	{
		id: 'forget-yes',
		keys: ['x'],
		title: 'forget them; any other key does not',
		modes: ['forget'],
		changesModel: true,
	},
];
