/** The mark of the worst that is found of a row, before its stage: in both tables of rows. */

import {cell, type RowColumn} from '../table/cells.ts';
import {severityMark, severityTone} from '../theme/severity.ts';

/** @param priority of the stage's column: they come together */
export const severityColumn = (priority: number): RowColumn => ({
	id: 'found',
	title: 'found',
	description: 'the worst that is found of it: ✗ an error, ! a warning, · a hint',
	titles: [''],
	minWidth: 1,
	align: 'left',
	noGapBefore: 'stage',
	priority,
	sortKeys: ['found'],
	toCell: ({severity}) =>
		severity === null ? cell('') : cell(severityMark(severity), severityTone(severity)),
});
