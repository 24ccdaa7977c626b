/** One frame of the screen as plain data, made from model, state and size; app.tsx only draws it. Pure. */

import {unreachable} from '../../shared/unreachable.ts';
import {truncate, wrapWords} from '../../text/width.ts';
import {footerLines} from '../chrome/footer.ts';
import {withGauges} from '../chrome/gauge-help.ts';
import {statsLine, tabsLine, titleLine} from '../chrome/header.ts';
import {helpLines, noticeLines} from '../chrome/help.ts';
import {currentNotice} from '../chrome/notices.ts';
import {paginate} from '../lines/paged.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Line} from '../lines/segments.ts';
import {type Geometry, geometryFor, isTooSmall, minSize} from '../state/geometry.ts';
import {type Mode, modeOf} from '../state/state.ts';
import {findingPaneLines} from '../tabs/diagnoses/pane.ts';
import {findingsLines} from '../tabs/diagnoses/tab.ts';
import {outputWindow} from '../tabs/output/output.ts';
import {unhookedLines} from '../tabs/processes/blind-spots.ts';
import {isCompactBetter, processLineCapacity, processLines} from '../tabs/processes/lines.ts';
import {
	makeProcessTable,
	processCapacity,
	processTableHeight,
	sortProcesses,
} from '../tabs/processes/processes.ts';
import {routesSections} from '../tabs/routes/tab.ts';
import type {Size} from '../terminal/size.ts';
import {detailBody} from './detail-body.ts';
import {chooserBody, tableBody} from './table-body.ts';
import type {BodyWithScroll, Frame, FrameInput} from './types.ts';

export const makeFrame = (input: FrameInput): Frame => {
	const {model, output, searchResult, findingItems, state, visible, alarms, missingRights, size, now} = input;
	const mode = modeOf(state);
	if (isTooSmall(size)) return tooSmallFrame(size, mode);
	const frameGeometry = geometryFor(size, mode);
	const width = size.columns;
	const {body, scroll, detailLayout = null} = makeBody(input, mode, frameGeometry);
	return {
		size,
		mode,
		geometry: frameGeometry,
		header: [
			titleLine(model, state, width),
			statsLine({model, visible, alarms, missingRights, now}, width),
			tabsLine(state, {visible, model, output, searchResult}, width),
			...(frameGeometry.hasSpacing ? [[]] : []),
		],
		body,
		footer: [
			...(frameGeometry.hasSpacing ? [[]] : []),
			...footerLines({
				state,
				visible,
				model,
				// A table without rows lists the notices itself.
				notice:
					mode === 'connections' && visible.counts.connections.total === 0
						? null
						: currentNotice(model.notices, state.dismissedNotice, now),
				now,
				width,
				output,
				searchResult,
				findingCount: findingItems.length,
			}),
		],
		scroll,
		detailLayout,
	};
};

const makeBody = (input: FrameInput, mode: Mode, frameGeometry: Geometry): BodyWithScroll => {
	switch (mode) {
		case 'columns':
			return chooserBody(input, frameGeometry);
		case 'help':
			return helpBody(input, frameGeometry);
		case 'detail':
			return detailBody(input, frameGeometry.body);
		case 'finding':
			return findingBody(input, frameGeometry);
		default:
			break;
	}
	switch (input.state.tab) {
		case 'connections':
			return tableBody(input, frameGeometry, 'connections');
		case 'listeners':
			return tableBody(input, frameGeometry, 'listeners');
		case 'diagnoses':
			return diagnosesBody(input, frameGeometry);
		case 'routes':
			return routesBody(input, frameGeometry);
		case 'processes':
			return processesBody(input, frameGeometry);
		case 'output':
			return outputBody(input, frameGeometry);
		default:
			return unreachable(input.state.tab, 'tab');
	}
};

const diagnosesBody = (
	{findingItems, state, size, now}: FrameInput,
	{body: height}: Geometry,
): BodyWithScroll => {
	const {lines, scroll} = findingsLines({
		items: findingItems,
		state: state.findings,
		now: state.paused?.takenAt ?? now,
		width: size.columns,
		height,
	});
	return {body: {type: 'lines', lines}, scroll};
};

/** In fewer lines the pane of a finding leaves out its empty lines. */
const minHeightForGaps = 10;

const findingBody = (
	{state, openFinding, size, now}: FrameInput,
	{body: height}: Geometry,
): BodyWithScroll => {
	const options = {width: size.columns, now: state.paused?.takenAt ?? now};
	const all =
		openFinding === null
			? []
			: findingPaneLines(openFinding.diagnosis, {...options, hasRow: openFinding.hasRow});
	const pane = height < minHeightForGaps ? all.filter(line => line.length > 0) : all;
	const {lines, scroll} = paginate(pane, {top: state.findings.open?.top ?? 0, height});
	return {body: {type: 'lines', lines}, scroll};
};

const helpBody = (
	{model, state, visible, alarms, missingRights, size, now}: FrameInput,
	{body: height}: Geometry,
): BodyWithScroll => {
	const stats = {model, visible, alarms, missingRights, now};
	const helpMode = modeOf({...state, overlay: null});
	const help = helpLines(model.notices, {place: helpMode, now, width: size.columns});
	const all = withGauges(help, stats, size.columns);
	const {lines, scroll} = paginate(all, {
		top: state.overlay?.type === 'help' ? state.overlay.top : 0,
		height,
	});
	return {body: {type: 'lines', lines}, scroll};
};

const routesBody = (
	{model, state, visible, size, now}: FrameInput,
	{body: height}: Geometry,
): BodyWithScroll => {
	const {sections, scroll} = routesSections({
		destinations: visible.destinations ?? {list: [], notShown: 0},
		interfaces: state.paused?.interfaces ?? model.interfaces,
		kernel: state.paused?.kernel ?? model.kernel,
		now: state.paused?.takenAt ?? now,
		width: size.columns,
		height,
		top: state.routesTop,
	});
	return {body: {type: 'sections', sections}, scroll};
};

/** Lines kept free of the list of unhooked processes: titles, some processes, and the count of the rest. */
const minProcessLines = 6;

const processesBody = ({model, state, size, now}: FrameInput, {body: height}: Geometry): BodyWithScroll => {
	const {processes, notices} = model;
	if (processes.length === 0) {
		const lines: Line[] = [[], [{text: '  no process has answered yet', tone: 'faint'}]];
		return {body: {type: 'lines', lines}, scroll: {top: 0, page: height, count: 0}};
	}
	const maxUnhookedLines = Math.max(1, height - minProcessLines);
	const blindSpots = unhookedLines(processes, size.columns).slice(
		0,
		Math.min(maxUnhookedLines, Math.floor(height / 2)),
	);
	const tableHeight = height - blindSpots.length;
	const {length: count} = processes;
	const scrollFor = (page: number): Scroll => {
		const top = Math.min(state.processesTop, Math.max(0, count - page));
		return {top, page, count};
	};
	if (isCompactBetter(count, tableHeight)) {
		const options = {width: size.columns, height: tableHeight, top: state.processesTop};
		const lines = [...processLines(sortProcesses(processes), options), ...blindSpots];
		return {body: {type: 'lines', lines}, scroll: scrollFor(processLineCapacity(count, tableHeight))};
	}
	const table = makeProcessTable(sortProcesses(processes), {
		width: size.columns,
		height: tableHeight,
		top: state.processesTop,
	});
	const noticeRoom = tableHeight - processTableHeight(table) - 1;
	const below = [
		...blindSpots,
		...(noticeRoom > 0 ? [[], ...noticeLines(notices, now, size.columns).slice(0, noticeRoom)] : []),
	];
	return {
		body: {type: 'processes', table, width: size.columns, linesBelow: below},
		scroll: scrollFor(processCapacity(count, tableHeight)),
	};
};

const outputBody = ({output, state, size}: FrameInput, {body: height}: Geometry): BodyWithScroll => {
	const {top, columnOffset, search} = state.output;
	const end = state.paused?.outputEnd ?? null;
	const highlight = search && {text: search.line.text, current: search.currentMatch};
	const window = outputWindow(output, {top, end, columnOffset, width: size.columns, height, highlight});
	const lines: readonly Line[] =
		window.lines.length > 0
			? window.lines
			: [[], [{text: '  the program has written nothing yet', tone: 'faint'}]];
	return {body: {type: 'lines', lines}, scroll: {top: window.top, page: height, count: window.end}};
};

/** A message instead of the screen; keys still work. */
const tooSmallFrame = (size: Size, mode: Mode): Frame => {
	const message = `netwatch needs ${minSize.columns}×${minSize.rows} or more (now ${size.columns}×${size.rows}); the program goes on`;
	return {
		size,
		mode,
		header: [],
		body: {type: 'lines', lines: tooSmallLines(message, size)},
		footer: [],
		geometry: {hasSpacing: false, body: size.rows, footer: 0},
		scroll: {top: 0, page: size.rows, count: 0},
		detailLayout: null,
	};
};

/** Wraps the message where the terminal is narrower. */
const tooSmallLines = (text: string, {columns, rows}: Size): Line[] =>
	wrapWords(text, columns)
		.slice(0, rows)
		.map(line => [{text: truncate(line, columns)}]);
