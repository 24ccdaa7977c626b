/** Keys that switch tabs, and leave a tab or a pane. */
import {type KeyEntry, panelModes} from './types.ts';

export const tabsKeys: readonly KeyEntry[] = [
	{
		id: 'back',
		keys: ['esc'],
		title: 'one step back: the newest output, the first tab, no filter, no row chosen',
		modes: ['connections', 'listeners', 'diagnoses', 'routes', 'processes', 'output'],
	},
	{
		id: 'back',
		keys: ['esc'],
		title: 'close',
		modes: ['detail', 'finding', 'help'],
		footer: {keys: 'Esc', label: 'back', rank: 0},
	},
	{
		id: 'tab-next',
		keys: ['tab'],
		title: 'the next tab',
		modes: panelModes,
		footer: {keys: 'Tab', label: 'tabs', rank: 5},
	},
	{id: 'tab-before', keys: ['shift-tab'], title: 'the tab before', modes: panelModes},
	{id: 'tab-connections', keys: ['1'], title: 'the connections', modes: panelModes},
	{id: 'tab-listeners', keys: ['2'], title: 'the listeners', modes: panelModes},
	{id: 'tab-diagnoses', keys: ['3'], title: 'the diagnoses', modes: panelModes},
	{id: 'tab-routes', keys: ['4'], title: 'the routes and the interfaces', modes: panelModes},
	{id: 'tab-processes', keys: ['5'], title: 'the processes', modes: panelModes},
	{id: 'tab-output', keys: ['6'], title: "the program's output", modes: panelModes},
];
