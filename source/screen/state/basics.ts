import type {FieldTable} from '../../domain/fields/index.ts';
import type {SortDirection, SortKey} from '../../query/sort.ts';
import type {Tone} from '../theme/theme.ts';

/** The numbers are the keys that open the tabs. */
export const tabs = [
	{id: 'connections', number: 1},
	{id: 'listeners', number: 2},
	{id: 'diagnoses', number: 3},
	{id: 'routes', number: 4},
	{id: 'processes', number: 5},
	{id: 'output', number: 6},
] as const;
export type TabId = (typeof tabs)[number]['id'];

/** The tabs that list rows of the model: rows can be selected, sorted and opened there. */
export type ListTab = FieldTable;
export type Sort = {key: SortKey; direction: SortDirection};

/** The selection is a row's id; the index only picks the successor once the row is gone. */
export type Selection = {id: string; index: number};

export type ListState = {
	sort: Sort;
	selected: Selection | null;
	/** Index of the first visible row. */
	top: number;
	/** Scrolling keeps the selected row on its line. */
	follow: boolean;
};

/** `at` in ms since the epoch. */
export type StatusMessage = {text: string; tone: Tone; at: number};
export const isListTab = (tab: TabId): tab is ListTab => tab === 'connections' || tab === 'listeners';

/** Expansion of a rule's findings: all, none, or by default the first few of a long group. */
export type Fold = 'all' | 'none';
