import type {SortDirection, SortKey} from '../../query/sort.ts';
import type {Tone} from '../theme/theme.ts';

/** The numbers are those of the keys. */
export const tabs = [
	{id: 'connections', number: 1},
	{id: 'listeners', number: 2},
	{id: 'diagnoses', number: 3},
	{id: 'routes', number: 4},
	{id: 'processes', number: 5},
	{id: 'output', number: 6},
] as const;
export type TabId = (typeof tabs)[number]['id'];

/** The tabs that list rows of the model: there a row is chosen, sorted by and looked into. */
export type ListTab = 'connections' | 'listeners';
export type Sort = {key: SortKey; direction: SortDirection};

/** A row is chosen by its id; the index only tells which row takes over when it is gone. */
export type Selection = {id: string; index: number};

export type ListState = {
	sort: Sort;
	selected: Selection | null;
	/** Index of the first row on screen. */
	top: number;
	/** The chosen row stays on its line, and the others move around it. */
	follow: boolean;
};

/** `at` in ms since the epoch. */
export type StatusMessage = {text: string; tone: Tone; at: number};
export const isListTab = (tab: TabId): tab is ListTab => tab === 'connections' || tab === 'listeners';

/** A rule's findings are shown to the last one, or not at all; of a long group else the first few. */
export type Fold = 'all' | 'none';
