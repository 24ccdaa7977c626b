/** Compares tables as drawn: texts and positions, not rows, which the model changes in place. Pure. */
import type {Cell} from './cells.ts';
import type {Layout} from './layout.ts';
import type {Table} from './table.ts';

export const isSameTable = (one: Table, other: Table): boolean =>
	one === other ||
	(isSameLayout(one.layout, other.layout) &&
		isSameCells(one.titles, other.titles) &&
		one.rows.length === other.rows.length &&
		one.rows.every(({id, selected, cells}, index) => {
			const otherRow = other.rows[index];
			return id === otherRow?.id && selected === otherRow.selected && isSameCells(cells, otherRow.cells);
		}));

/** Compares columns by id: each frame may have new objects for them. */
export const isSameLayout = (one: Layout, other: Layout): boolean =>
	one === other ||
	(one.length === other.length &&
		one.every(({column, width, gap, title}, index) => {
			const otherPlaced = other[index];
			return (
				column.id === otherPlaced?.column.id &&
				column.align === otherPlaced.column.align &&
				width === otherPlaced.width &&
				gap === otherPlaced.gap &&
				title === otherPlaced.title
			);
		}));

export const isSameCells = (one: readonly Cell[], other: readonly Cell[]): boolean =>
	one.length === other.length &&
	one.every(({text, tone, spansRest, flashes}, index) => {
		const otherCell = other[index];
		return (
			text === otherCell?.text &&
			tone === otherCell.tone &&
			spansRest === otherCell.spansRest &&
			flashes === otherCell.flashes
		);
	});
