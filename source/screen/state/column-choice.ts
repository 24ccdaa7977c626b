import type {ListTab} from './basics.ts';

/** State of the open column chooser. */
export type ColumnChooser = {
	list: ListTab;
	/** The id of the column under the cursor. */
	columnId: string;
	/** Index of the first visible line. */
	top: number;
	/** The columns that Esc restores. */
	previousChoice: ColumnChoice | null;
};

/**
 * Saved form: column ids in order, and the ids of hidden columns. Unknown ids (of another version) keep their
 * place; a column without an entry is hidden.
 */
export type ColumnChoice = {readonly order: readonly string[]; readonly hidden: readonly string[]};

/** By table; null for the default: all columns in their own order. */
export type ColumnChoices = Readonly<Record<ListTab, ColumnChoice | null>>;
export const defaultColumnChoices: ColumnChoices = {connections: null, listeners: null};
