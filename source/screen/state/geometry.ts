/** How the lines of the terminal are shared out. Pure. */
import type {Size} from '../terminal/size.ts';
import type {Mode} from './state.ts';

export const minSize: Size = {columns: 40, rows: 8};

export type Geometry = {
	/** Empty lines around the body, where there is room to be airy. */
	hasSpacing: boolean;
	/** Lines between header and footer. */
	body: number;
	footer: number;
};

/** The title, the figures under it (what is not seen must be told at every size) and the tabs. */
const headerHeight = 3;

const twoLineFooterModes: ReadonlySet<Mode> = new Set(['filter', 'search', 'sort', 'columns', 'quit']);

/** @param size at least `smallest` */
export const geometryFor = ({rows}: Size, mode: Mode): Geometry => {
	const hasSpacing = rows >= 30;
	// A prompt, a picker or a question stands above the keys that answer it.
	const footer = twoLineFooterModes.has(mode) ? 2 : 1;
	return {hasSpacing, footer, body: rows - headerHeight - (hasSpacing ? 2 : 0) - footer};
};

/** Rows of a table: one line of the body holds the titles. */
export const tableHeight = ({body}: Geometry): number => body - 1;

export const isTooSmall = ({columns, rows}: Size): boolean =>
	columns < minSize.columns || rows < minSize.rows;
