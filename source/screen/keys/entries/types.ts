/** The entries of the key table. */
import type {Mode, State} from '../../state/state.ts';

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
	| 'waterfall'
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
	| 'suspend'
	| 'filter-keep'
	| 'filter-back'
	| 'filter-older'
	| 'filter-newer'
	| 'complete'
	| 'complete-before'
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
	| 'copy'
	| 'export'
	| 'follow'
	| 'forget'
	| 'forget-yes'
	| 'columns'
	| 'column-toggle'
	| 'column-before'
	| 'column-after'
	| 'columns-reset'
	| 'columns-keep'
	| 'search'
	| 'search-keep'
	| 'search-next'
	| 'search-before'
	| 'quit-end'
	| 'quit-leave';

export type KeyEntry = {
	id: CommandId;
	/** Names as `toKeyPresses` returns them: a character, or `up`, `enter`, `ctrl-c`, … */
	keys: readonly string[];
	/** The description on the help page. */
	title: string;
	/** The modes in which the keys work. */
	modes: readonly Mode[];
	/** The command changes the model: the screen is refreshed after it. */
	changesModel?: true;
	/** In the footer: the keys and the word shown, and its rank (0 stays longest on a narrow line). */
	footer?: {
		keys: string;
		label: string;
		rank: number;
		/** Whether the command has an effect now; always where absent. */
		isAvailable?: (state: State, facts: FooterContext) => boolean;
	};
};

/** The numbers of rows in the table and of lines in the diagnoses tab. */
export type FooterContext = {rows: number; findings: number};

export const hasRows = (_state: State, {rows}: FooterContext): boolean => rows > 0;

/** The tabs and the panes over them; help scrolls as they do. */
export const panelModes: readonly Mode[] = [
	...(['connections', 'listeners', 'detail', 'diagnoses', 'finding'] as const),
	...(['routes', 'processes', 'output'] as const),
];
export const scrollingModes: readonly Mode[] = [...panelModes, 'help'];
export const allModes: readonly Mode[] = [
	...scrollingModes,
	'filter',
	'search',
	'sort',
	'columns',
	'forget',
	'quit',
];
export const listModes: readonly Mode[] = ['connections', 'listeners'];
