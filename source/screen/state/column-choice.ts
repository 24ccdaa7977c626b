import type {ListTab} from './basics.ts';

/** The chooser while it is open. */
export type ColumnChooser = {
	list: ListTab;
	/** The id of the column under the cursor. */
	columnId: string;
	/** Index of the first line shown. */
	top: number;
	/** What Esc brings back. */
	previousChoice: ColumnChoice | null;
};

/**
 * As it is kept: ids of columns in their order, and those of them that are off. Ids that this version does not know
 * stay where they are; a column that is not named is off.
 */
export type ColumnChoice = {readonly order: readonly string[]; readonly hidden: readonly string[]};

/** By table; null where nothing was chosen: all columns, in their own order. */
export type ColumnChoices = Readonly<Record<ListTab, ColumnChoice | null>>;
export const defaultColumnChoices: ColumnChoices = {connections: null, listeners: null};
