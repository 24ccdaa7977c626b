/** The bodies of the tabs that list rows, and of the column chooser. Pure. */
import type {ProcessRow} from '../../domain/row.ts';
import {chooserLines} from '../columns/chooser.ts';
import {rowTables, withChosenColumns} from '../columns/chosen-columns.ts';
import type {Line} from '../lines/segments.ts';
import type {ListTab} from '../state/basics.ts';
import {type Geometry, tableHeight} from '../state/geometry.ts';
import {listOf} from '../state/state.ts';
import type {Section} from '../table/section.ts';
import {makeTable, type Table} from '../table/table.ts';
import {emptyTableLines} from './empty.ts';
import type {BodyWithScroll, FrameInput} from './types.ts';

export const tableBody = (input: FrameInput, frameGeometry: Geometry, list: ListTab): BodyWithScroll => {
	const {model, output, state, visible, size} = input;
	const page = tableHeight(frameGeometry);
	const {top} = listOf(state);
	const scroll = {top, page, count: visible.rows.length};
	if (visible.rows.length === 0) {
		const lines = emptyTableLines({
			model,
			output,
			visible,
			state,
			width: size.columns,
			height: frameGeometry.body,
		});
		return {body: {type: 'lines', lines}, scroll};
	}
	return {body: {type: 'table', table: visibleRowsTable(input, list, page)}, scroll};
};

/** The table of the visible rows, at most `height` of them. */
const visibleRowsTable = (
	{model, state, visible, glyphSet, previousFrame, size}: FrameInput,
	list: ListTab,
	height: number,
): Table => {
	const {sort, selected, top} = state.lists[list];
	return makeTable(visible.rows, withChosenColumns(rowTables[list], state.columns[list]), {
		width: size.columns,
		sort,
		idOf: row => row.id,
		selected: selected?.id ?? null,
		top,
		height,
		previousTable: previousFrame?.body.type === 'table' ? previousFrame.body.table : null,
		cellContext: {
			now: visible.takenAt,
			ambiguousPrograms: ambiguousProgramsOf(model.processes),
			histories: state.paused?.history ?? model.history,
			glyphSet,
		},
	});
};

/** Lines of the table above the chooser, where there is room: a preview of the choice. */
const previewHeight = 4;
const minHeightForPreview = 14;

/** The column chooser, under the first rows of its table. */
export const chooserBody = (input: FrameInput, {body: height}: Geometry): BodyWithScroll => {
	const {overlay, columns} = input.state;
	if (overlay?.type !== 'columns')
		return {body: {type: 'lines', lines: []}, scroll: {top: 0, page: 0, count: 0}};
	const hasPreview = height >= minHeightForPreview;
	const {lines, scroll} = chooserLines({
		chooser: overlay,
		choice: columns[overlay.list],
		width: input.size.columns,
		height: hasPreview ? height - previewHeight : height,
	});
	const sections: Section[] = [{type: 'lines', lines}];
	if (hasPreview) {
		const table = visibleRowsTable(input, overlay.list, previewHeight - 2);
		const filling = Array.from({length: previewHeight - 1 - table.rows.length}, (): Line => []);
		sections.unshift({type: 'table', table}, {type: 'lines', lines: filling});
	}
	return {body: {type: 'sections', sections}, scroll};
};

const ambiguousProgramsOf = (processes: readonly ProcessRow[]): ReadonlySet<string> => {
	const pids = new Map<string, number>();
	const ambiguous = new Set<string>();
	for (const {program, pid, rows} of processes) {
		// A process without rows, e.g. one from before a restart, does not make its name ambiguous.
		if (rows === 0) continue;
		const knownPid = pids.get(program);
		if (knownPid !== undefined && knownPid !== pid) ambiguous.add(program);
		pids.set(program, pid);
	}
	return ambiguous;
};
