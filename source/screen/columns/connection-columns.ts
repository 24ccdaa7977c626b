/** The columns of the connections table, as data. */
import {fields} from '../../domain/fields/index.ts';
import type {KernelState} from '../../domain/row.ts';
import {cell, missingCell, type RowColumn} from '../table/cells.ts';
import {ageText, directionArrow, localText, peerText, processText, routeText} from './column-texts.ts';
import {fieldColumn, withFieldColumns} from './field-column.ts';
import {numberColumns} from './figure-columns.ts';
import {severityColumn} from './severity-column.ts';
import {buffersColumn, flowColumn} from './spark-columns.ts';
import {stageCell} from './stage-cell.ts';

const shortStateNames: Partial<Record<KernelState, string>> = {
	'SYN-SENT': 'SYN-SNT',
	'SYN-RECV': 'SYN-RCV',
	'FIN-WAIT-1': 'FIN-W1',
	'FIN-WAIT-2': 'FIN-W2',
	'TIME-WAIT': 'TIME-W',
	'CLOSE-WAIT': 'CLOSE-W',
	'LAST-ACK': 'LASTACK',
};

const designedColumns: readonly RowColumn[] = [
	fieldColumn('process', {
		titles: ['process'],
		minWidth: 9,
		align: 'left',
		priority: 2,
		toCell: (row, {width, ambiguousPrograms}) => {
			if (row.pid === null) return missingCell;
			return cell(processText(row, width, !ambiguousPrograms.has(row.program)));
		},
	}),
	severityColumn(1),
	fieldColumn('stage', {
		titles: ['stage'],
		minWidth: 12,
		align: 'left',
		priority: 1,
		toCell: stageCell,
	}),
	fieldColumn('local', {
		titles: ['local'],
		minWidth: 5,
		align: 'right',
		truncatePosition: 'middle',
		noGapBefore: 'role',
		priority: 3,
		toCell: (row, {width}) => {
			if (row.local !== null) return cell(localText(row.local, width));
			// A blank keeps the dash apart from the arrow of a known peer: `–→` would be one longer arrow.
			return row.peer === null && row.host === null
				? missingCell
				: {...missingCell, text: `${missingCell.text} `};
		},
	}),
	fieldColumn('role', {
		titles: [''],
		minWidth: 1,
		align: 'left',
		noGapBefore: 'peer',
		priority: 1,
		toCell: row => {
			const arrow = directionArrow(row);
			return cell(arrow, arrow === '?' ? 'faint' : 'progress');
		},
	}),
	fieldColumn('peer', {
		titles: ['peer'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'middle',
		priority: 1,
		sortKeys: ['peer', 'host'],
		toCell: (row, {width}) => {
			const text = peerText(row, width);
			return text === null ? missingCell : cell(text, directionArrow(row) === '•' ? 'faint' : 'plain');
		},
	}),
	fieldColumn('state', {
		titles: ['kernel'],
		minWidth: 7,
		align: 'left',
		priority: 4,
		toCell: ({kernel, closedAt}, {width}) => {
			if (kernel === null) return missingCell;
			if (kernel.state === 'UNCONN' && closedAt !== null) return cell('gone', 'faint');
			const short = width < kernel.state.length ? shortStateNames[kernel.state] : undefined;
			return cell(short ?? kernel.state);
		},
	}),
	...numberColumns,
	flowColumn(10),
	buffersColumn(11),
	fieldColumn('route', {
		titles: ['route'],
		minWidth: 13,
		align: 'left',
		priority: 9,
		toCell: ({route}) => {
			if (route === null) return missingCell;
			return cell(routeText(route), route.error === null ? 'plain' : 'failed');
		},
	}),
	fieldColumn('age', {
		titles: ['age'],
		minWidth: 4,
		align: 'right',
		priority: 10,
		sortKeys: ['age', 'opened'],
		invertedSortKey: 'opened',
		toCell: (row, {now}) => cell(ageText(row, (row.closedAt ?? now) - row.openedAt)),
	}),
	fieldColumn('label', {
		titles: ['request'],
		minWidth: 12,
		align: 'left',
		priority: 11,
	}),
	fieldColumn('kind', {
		titles: ['kind'],
		minWidth: 4,
		align: 'left',
		priority: 14,
	}),
	fieldColumn('joined', {
		titles: ['joined by', 'joined'],
		minWidth: 6,
		align: 'left',
		priority: 15,
	}),
	fieldColumn('site', {
		titles: ['made at'],
		minWidth: 14,
		align: 'left',
		truncatePosition: 'start',
		priority: 16,
	}),
];

export const connectionColumns = withFieldColumns('connections', designedColumns, fields);
