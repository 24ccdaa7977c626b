/** Keys that lead from one tab or pane to another. */
import {type KeyEntry, panels} from './types.ts';

export const tabsKeys: readonly KeyEntry[] = [
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
];
