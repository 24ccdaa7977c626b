/**
 * Every key of the screen, as data: the keys that work, the footer, the help page and the README's table are made
 * from this list.
 */
import {findingKeys} from './finding-keys.ts';
import type {Mode} from './state.ts';

export type CommandId =
	| 'up'
	| 'down'
	| 'page-up'
	| 'page-down'
	| 'first'
	| 'last'
	| 'shift-left'
	| 'shift-right'
	| 'row-before'
	| 'row-after'
	| 'times'
	| 'detail'
	| 'finding-go'
	| 'finding-tell'
	| 'finding-before'
	| 'finding-after'
	| 'fold'
	| 'unfold'
	| 'silence'
	| 'filter'
	| 'sort'
	| 'reverse'
	| 'pause'
	| 'closed'
	| 'all'
	| 'back'
	| 'tab-next'
	| 'tab-before'
	| 'tab-connections'
	| 'tab-listeners'
	| 'tab-diagnoses'
	| 'tab-routes'
	| 'tab-processes'
	| 'tab-output'
	| 'help'
	| 'quit'
	| 'interrupt'
	| 'redraw'
	| 'filter-keep'
	| 'delete-before'
	| 'delete-after'
	| 'delete-word'
	| 'delete-line'
	| 'cursor-left'
	| 'cursor-right'
	| 'cursor-start'
	| 'cursor-end'
	| 'sort-before'
	| 'sort-after'
	| 'sort-keep'
	| 'quit-end'
	| 'quit-leave';

export type KeyEntry = {
	id: CommandId;
	/** Names as `keyNames` gives them: a character, or `up`, `enter`, `ctrl-c`, … */
	keys: readonly string[];
	/** What it does, for the help page. */
	title: string;
	/** Where it works. */
	where: readonly Mode[];
	/** In the footer: the keys and the word shown, and its rank (0 stays longest on a narrow line). */
	footer?: {keys: string; word: string; rank: number};
};

const panels: readonly Mode[] = [
	...(['connections', 'listeners', 'detail', 'diagnoses', 'finding'] as const),
	...(['routes', 'processes', 'output'] as const),
];
const scrolling: readonly Mode[] = [...panels, 'help'];
const everywhere: readonly Mode[] = [...scrolling, 'filter', 'sort', 'quit'];
const lists: readonly Mode[] = ['connections', 'listeners'];

export const keyTable: readonly KeyEntry[] = [
	{id: 'up', keys: ['up', 'k'], title: 'one up', where: scrolling},
	{
		id: 'down',
		keys: ['down', 'j'],
		title: 'one down',
		where: scrolling,
		footer: {keys: '↑↓', word: 'move', rank: 4},
	},
	{id: 'page-up', keys: ['pageup'], title: 'a page up', where: scrolling},
	{id: 'page-down', keys: ['pagedown'], title: 'a page down', where: scrolling},
	{id: 'first', keys: ['g', 'home'], title: 'to the first', where: scrolling},
	{id: 'last', keys: ['G', 'end'], title: 'to the last; output: follow the newest again', where: scrolling},
	{
		id: 'detail',
		keys: ['enter'],
		title: 'show all that is known of the row',
		where: lists,
		footer: {keys: 'Enter', word: 'detail', rank: 3},
	},
	{
		id: 'row-before',
		keys: ['left'],
		title: 'the row above',
		where: ['detail'],
		footer: {keys: '←→', word: 'other rows', rank: 3},
	},
	{id: 'row-after', keys: ['right'], title: 'the row below', where: ['detail']},
	{
		id: 'times',
		keys: ['w'],
		title: 'the waterfall of its times in place of the three views, and back',
		where: ['detail'],
		footer: {keys: 'w', word: 'waterfall', rank: 1},
	},
	...findingKeys,
	{
		id: 'shift-left',
		keys: ['left'],
		title: 'to the beginning of long lines',
		where: ['output'],
		footer: {keys: '←→', word: 'long lines', rank: 3},
	},
	{id: 'shift-right', keys: ['right'], title: 'to the end of long lines', where: ['output']},
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
		id: 'all',
		keys: ['a'],
		title: 'all sockets of the network namespace, of whatever process; and back',
		where: ['connections', 'listeners', 'routes'],
		footer: {keys: 'a', word: 'all', rank: 5},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'one step back: the newest output, the first tab, no filter, no row chosen',
		where: ['connections', 'listeners', 'diagnoses', 'routes', 'processes', 'output'],
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'close',
		where: ['detail', 'finding', 'help'],
		footer: {keys: 'Esc', word: 'back', rank: 0},
	},
	{
		id: 'tab-next',
		keys: ['tab'],
		title: 'the next tab',
		where: panels,
		footer: {keys: 'Tab', word: 'tabs', rank: 5},
	},
	{id: 'tab-before', keys: ['shift-tab'], title: 'the tab before', where: panels},
	{id: 'tab-connections', keys: ['1'], title: 'the connections', where: panels},
	{id: 'tab-listeners', keys: ['2'], title: 'the listeners', where: panels},
	{id: 'tab-diagnoses', keys: ['3'], title: 'the diagnoses', where: panels},
	{id: 'tab-routes', keys: ['4'], title: 'the routes and the interfaces', where: panels},
	{id: 'tab-processes', keys: ['5'], title: 'the processes', where: panels},
	{id: 'tab-output', keys: ['6'], title: "the program's output", where: panels},
	{
		id: 'help',
		keys: ['?', 'h'],
		title: 'this help, and again to close it',
		where: scrolling,
		footer: {keys: '?', word: 'help', rank: 0},
	},
	{
		id: 'quit',
		keys: ['q'],
		title: 'quit; asks while the program runs',
		where: scrolling,
		footer: {keys: 'q', word: 'quit', rank: 0},
	},
	{
		id: 'interrupt',
		keys: ['ctrl-c'],
		title: 'interrupt the program; quit once it has ended',
		where: everywhere,
	},
	{id: 'redraw', keys: ['ctrl-l'], title: 'draw the screen afresh', where: everywhere},

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
		id: 'sort-before',
		keys: ['left', 'up', 'k', 'h'],
		title: 'the column before',
		where: ['sort'],
		footer: {keys: '←→', word: 'choose', rank: 0},
	},
	{
		id: 'sort-after',
		keys: ['right', 'down', 'j', 'l', 's', 'tab'],
		title: 'the next column',
		where: ['sort'],
	},
	{
		id: 'sort-keep',
		keys: ['enter'],
		title: 'keep the order',
		where: ['sort'],
		footer: {keys: 'Enter', word: 'keep', rank: 0},
	},

	{
		id: 'quit-end',
		keys: ['e'],
		title: 'end the program and quit',
		where: ['quit'],
		footer: {keys: 'e', word: 'end it', rank: 0},
	},
	{
		id: 'quit-leave',
		keys: ['l'],
		title: 'quit and leave the program running',
		where: ['quit'],
		footer: {keys: 'l', word: 'leave it running', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'undo',
		where: ['filter', 'sort'],
		footer: {keys: 'Esc', word: 'undo', rank: 0},
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'stay',
		where: ['quit'],
		footer: {keys: 'Esc', word: 'stay', rank: 0},
	},
];
