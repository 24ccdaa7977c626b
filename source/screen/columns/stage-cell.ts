/** The stage cell of both tables of rows. */
import type {Row} from '../../domain/row.ts';
import type {Cell, CellContext} from '../table/cells.ts';
import {stageTone} from '../theme/theme.ts';
import {stageText} from './column-texts.ts';

/** The cell flashes at a new stage or attempt; the time in the stage is not part of `changeKey`. */
export const stageCell = (row: Row, {now, width}: CellContext): Cell => ({
	text: stageText(row, now, width),
	tone: stageTone(row.stage),
	changeKey: `${row.stage} ${row.attempt?.n ?? ''}`,
});
