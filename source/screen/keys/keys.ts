/** The commands of keys, by mode, and the key table as text: for the footer, the help page and the README. */

import type {Mode} from '../state/state.ts';
import {type CommandId, type KeyEntry, keyTable} from './key-table.ts';

export {type CommandId, type KeyEntry, keyTable};

const commandByModeKey: ReadonlyMap<string, CommandId> = new Map(
	keyTable.flatMap(({id, keys, modes}) =>
		modes.flatMap(mode => keys.map((key): [string, CommandId] => [`${mode} ${key}`, id])),
	),
);

/** @returns the command of a key in a mode; undefined where it has none */
export const commandFor = (mode: Mode, key: string): CommandId | undefined =>
	commandByModeKey.get(`${mode} ${key}`) ?? commandByModeKey.get(`${mode} ${withoutShift(key)}`);

/** Whether a command changes the model. */
export const changesModel = (command: CommandId): boolean => modelCommands.has(command);

const modelCommands: ReadonlySet<CommandId> = new Set(
	keyTable.flatMap(entry => (entry.changesModel ? [entry.id] : [])),
);

/** A mode without a command for Shift and an arrow uses that of the arrow. */
const withoutShift = (key: string): string => key.replace(/^shift-(?=up$|down$|left$|right$)/, '');

const keyLabelNames: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	esc: 'Esc',
	tab: 'Tab',
	'shift-tab': 'Shift-Tab',
	'shift-up': 'Shift-↑',
	'shift-down': 'Shift-↓',
	'shift-left': 'Shift-←',
	'shift-right': 'Shift-→',
	space: 'Space',
	backspace: 'Backspace',
	delete: 'Del',
};

/** "Space p", "Ctrl-C": the keys' names for display. */
export const keyLabels = (keys: readonly string[], separator = ' '): string =>
	keys.map(keyLabel).join(separator);

const keyLabel = (key: string): string =>
	keyLabelNames[key] ?? (key.startsWith('ctrl-') ? `Ctrl-${key.slice(5).toUpperCase()}` : key);

export type KeySection = {title: string; entries: readonly KeyEntry[]};

/** A key of at most three modes is listed under the first of them. */
const sectionTitle = ({modes}: KeyEntry): string => {
	const [first] = modes;
	if (first === undefined || modes.length > 3) return 'Everywhere';
	if (first === 'connections' && modes.includes('routes')) return 'Connections, listeners and routes';
	return sectionTitles[first];
};

const sectionTitles: Record<Mode, string> = {
	connections: 'Connections and listeners',
	listeners: 'Listeners',
	diagnoses: 'Diagnoses',
	finding: 'A finding',
	routes: 'Routes',
	detail: 'Detail',
	processes: 'Processes',
	output: 'Output',
	filter: 'While a filter is typed',
	search: 'While a search is typed',
	sort: 'While a sort column is picked',
	columns: 'While columns are chosen',
	forget: 'When asked whether to forget',
	help: 'Help',
	quit: 'When asked how to quit',
};

/** The keys by section, for the help page. */
export const keySections = (): readonly KeySection[] => {
	const titles = [...new Set(keyTable.map(sectionTitle))];
	return titles.map(title => ({title, entries: keyTable.filter(entry => sectionTitle(entry) === title)}));
};
