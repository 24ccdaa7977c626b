/** The severity mark of a row's worst finding, before its stage; in both row tables. */

import {cell, type RowColumn} from '../table/cells.ts';
import {severityMark, severityTone} from '../theme/severity.ts';
import {fieldColumn} from './field-column.ts';

/** @param priority that of the stage's column: the two are shown together */
export const severityColumn = (priority: number): RowColumn =>
	fieldColumn('severity', {
		titles: [''],
		minWidth: 1,
		noGapBefore: 'stage',
		priority,
		toCell: ({severity}) =>
			severity === null ? cell('') : cell(severityMark(severity), severityTone(severity)),
	});
