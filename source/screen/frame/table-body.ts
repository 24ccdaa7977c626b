/** The bodies of the tabs that list rows, and of the column chooser. Pure. */
import type {ProcessRow} from '../../domain/row.ts';
import {chooserLines} from '../columns/chooser.ts';
import {chosenTable, rowTables} from '../columns/chosen-columns.ts';
import type {Line} from '../lines/segments.ts';
import type {ListTab} from '../state/basics.ts';
import {type Geometry, tableHeight} from '../state/geometry.ts';
import {listOf} from '../state/state.ts';
import type {Section} from '../table/section.ts';
import {makeTable, type Table} from '../table/table.ts';
import {emptyLines} from './empty.ts';
import type {FrameInput, Made} from './types.ts';

export const tableBody = (input: FrameInput, shares: Geometry, list: ListTab): Made => {
	const {model, output, state, picture, size} = input;
	const page = tableHeight(shares);
	const {top} = listOf(state);
	const scroll = {top, page, count: picture.rows.length};
	if (picture.rows.length === 0) {
		const lines = emptyLines({model, output, picture, state, width: size.columns, height: shares.body});
		return {body: {type: 'lines', lines}, scroll};
	}
	return {body: {type: 'table', table: rowsTable(input, list, page)}, scroll};
};

/** The rows in sight, at most `height` of them. */
const rowsTable = (
	{model, state, picture, ink, before, size}: FrameInput,
	list: ListTab,
	height: number,
): Table => {
	const {sort, selected, top} = state.lists[list];
	return makeTable(picture.rows, chosenTable(rowTables[list], state.columns[list]), {
		width: size.columns,
		sort,
		idOf: row => row.id,
		selected: selected?.id ?? null,
		top,
		height,
		before: before?.body.type === 'table' ? before.body.table : null,
		context: {
			now: picture.now,
			twins: programsOfSeveral(model.processes),
			histories: state.paused?.history ?? model.history,
			ink,
		},
	});
};

/** Lines of the table above the chooser, where there is room: what is chosen is seen at once. */
const previewHeight = 4;
const roomForPreview = 14;

/** The column chooser, under the first rows of the table that it is about. */
export const chooserBody = (input: FrameInput, {body: height}: Geometry): Made => {
	const {overlay, columns} = input.state;
	if (overlay?.type !== 'columns')
		return {body: {type: 'lines', lines: []}, scroll: {top: 0, page: 0, count: 0}};
	const hasPreview = height >= roomForPreview;
	const {lines, scroll} = chooserLines({
		chooser: overlay,
		choice: columns[overlay.list],
		width: input.size.columns,
		height: hasPreview ? height - previewHeight : height,
	});
	const sections: Section[] = [{type: 'lines', lines}];
	if (hasPreview) {
		const table = rowsTable(input, overlay.list, previewHeight - 2);
		const filling = Array.from({length: previewHeight - 1 - table.rows.length}, (): Line => []);
		sections.unshift({type: 'table', table}, {type: 'lines', lines: filling});
	}
	return {body: {type: 'sections', sections}, scroll};
};

const programsOfSeveral = (processes: readonly ProcessRow[]): ReadonlySet<string> => {
	const pids = new Map<string, number>();
	const twins = new Set<string>();
	for (const {program, pid, rows} of processes) {
		// One that has no row left, as before a restart, is taken for nobody.
		if (rows === 0) continue;
		const known = pids.get(program);
		if (known !== undefined && known !== pid) twins.add(program);
		pids.set(program, pid);
	}
	return twins;
};
