/** The mark of the worst that is found of a row, before its stage: in both tables of rows. */
import type {Row} from '../../model/types.ts';
import {severityMark, severityTone} from '../tabs/finding-lines.ts';
import {type Column, cell} from './cells.ts';

/** @param priority of the stage's column: they come together */
export const foundColumn = (priority: number): Column<Row> => ({
	id: 'found',
	titles: [''],
	min: 1,
	align: 'left',
	gap: 0,
	priority,
	sortedBy: ['found'],
	value: ({severity}) =>
		severity === null ? cell('') : cell(severityMark(severity), severityTone(severity)),
});
