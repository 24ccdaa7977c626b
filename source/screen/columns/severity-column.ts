/** The mark of the worst that is found of a row, before its stage: in both tables of rows. */

import {cell, type RowColumn} from '../table/cells.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import {fieldColumn} from './field-column.ts';

/** @param priority of the stage's column: they come together */
export const severityColumn = (priority: number): RowColumn =>
	fieldColumn('severity', {
		titles: [''],
		minWidth: 1,
		noGapBefore: 'stage',
		priority,
		toCell: ({severity}) =>
			severity === null ? cell('') : cell(severityMark(severity), severityTone(severity)),
	});
