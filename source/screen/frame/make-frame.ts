/** One frame of the screen as plain data, made from the model, the state and the size. Pure; app.tsx only draws it. */

import {brokenAt, shorten} from '../../text/width.ts';
import {footerLines} from '../chrome/footer.ts';
import {withGauges} from '../chrome/gauges.ts';
import {statsLine, tabsLine, titleLine} from '../chrome/header.ts';
import {helpLines, noticeLines} from '../chrome/help.ts';
import {currentNotice} from '../chrome/notices.ts';
import {paged} from '../lines/paged.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Line} from '../lines/segments.ts';
import {type Geometry, geometry, isTooSmall, smallest} from '../state/geometry.ts';
import {type Mode, modeOf} from '../state/state.ts';
import {findingPane} from '../tabs/diagnoses/pane.ts';
import {findingsLines} from '../tabs/diagnoses/tab.ts';
import {outputWindow} from '../tabs/output/output.ts';
import {blindSpotLines} from '../tabs/processes/blind-spots.ts';
import {areFramesCostly, processLineCapacity, processLines} from '../tabs/processes/lines.ts';
import {listedOf, processCapacity, processTable, processTableHeight} from '../tabs/processes/processes.ts';
import {routesSections} from '../tabs/routes/tab.ts';
import type {Size} from '../terminal/size.ts';
import {detailBody} from './detail-body.ts';
import {chooserBody, tableBody} from './table-body.ts';
import type {Frame, FrameInput, Made} from './types.ts';

export const makeFrame = (input: FrameInput): Frame => {
	const {model, output, found, findings, state, picture, alarms, lacks, size, now} = input;
	const mode = modeOf(state);
	if (isTooSmall(size)) return smallFrame(size, mode);
	const shares = geometry(size, mode);
	const width = size.columns;
	const {body, scroll, shows = null} = makeBody(input, mode, shares);
	return {
		size,
		mode,
		geometry: shares,
		header: [
			titleLine(model, state, width),
			statsLine({model, picture, alarms, lacks, now}, width),
			tabsLine(state, {picture, model, output, found}, width),
			...(shares.airy ? [[]] : []),
		],
		body,
		footer: [
			...(shares.airy ? [[]] : []),
			...footerLines({
				state,
				picture,
				model,
				// A table without rows lists the notices itself.
				notice:
					mode === 'connections' && picture.counts.connections.total === 0
						? null
						: currentNotice(model.notices, state.dismissed, now),
				now,
				width,
				output,
				found,
				findings: findings.length,
			}),
		],
		scroll,
		shows,
	};
};

const makeBody = (input: FrameInput, mode: Mode, shares: Geometry): Made => {
	switch (mode) {
		case 'columns':
			return chooserBody(input, shares);
		case 'help':
			return helpBody(input, shares);
		case 'detail':
			return detailBody(input, shares.body);
		case 'finding':
			return findingBody(input, shares);
		default:
			break;
	}
	switch (input.state.tab) {
		case 'connections':
			return tableBody(input, shares, 'connections');
		case 'listeners':
			return tableBody(input, shares, 'listeners');
		case 'diagnoses':
			return diagnosesBody(input, shares);
		case 'routes':
			return routesBody(input, shares);
		case 'processes':
			return processesBody(input, shares);
		case 'output':
			return outputBody(input, shares);
	}
};

const diagnosesBody = ({findings, state, size, now}: FrameInput, {body: height}: Geometry): Made => {
	const {lines, scroll} = findingsLines({
		items: findings,
		state: state.findings,
		now: state.paused?.now ?? now,
		width: size.columns,
		height,
	});
	return {body: {type: 'lines', lines}, scroll};
};

/** In fewer lines a finding is told without empty ones between its parts. */
const roomForGaps = 10;

const findingBody = ({state, finding, size, now}: FrameInput, {body: height}: Geometry): Made => {
	const options = {width: size.columns, now: state.paused?.now ?? now};
	const all = finding === null ? [] : findingPane(finding.diagnosis, {...options, hasRow: finding.hasRow});
	const pane = height < roomForGaps ? all.filter(line => line.length > 0) : all;
	const {lines, scroll} = paged(pane, {top: state.findings.open?.top ?? 0, height});
	return {body: {type: 'lines', lines}, scroll};
};

const helpBody = (
	{model, state, picture, alarms, lacks, size, now}: FrameInput,
	{body: height}: Geometry,
): Made => {
	const stats = {model, picture, alarms, lacks, now};
	const place = modeOf({...state, overlay: null});
	const help = helpLines(model.notices, {place, now, width: size.columns});
	const all = withGauges(help, stats, size.columns);
	const {lines, scroll} = paged(all, {top: state.overlay?.type === 'help' ? state.overlay.top : 0, height});
	return {body: {type: 'lines', lines}, scroll};
};

const routesBody = ({model, state, picture, size, now}: FrameInput, {body: height}: Geometry): Made => {
	const {sections, scroll} = routesSections({
		destinations: picture.destinations ?? {list: [], notShown: 0},
		interfaces: state.paused?.interfaces ?? model.interfaces,
		kernel: state.paused?.kernel ?? model.kernel,
		now: state.paused?.now ?? now,
		width: size.columns,
		height,
		top: state.routesTop,
	});
	return {body: {type: 'sections', sections}, scroll};
};

/** Titles, some processes, and how many more there are: these come before what is not seen of them. */
const linesOfProcesses = 6;

const processesBody = ({model, state, size, now}: FrameInput, {body: height}: Geometry): Made => {
	const {processes, notices} = model;
	if (processes.length === 0) {
		const lines: Line[] = [[], [{text: '  no process has answered yet', tone: 'faint'}]];
		return {body: {type: 'lines', lines}, scroll: {top: 0, page: height, count: 0}};
	}
	const toSpare = Math.max(1, height - linesOfProcesses);
	const blind = blindSpotLines(processes, size.columns).slice(0, Math.min(toSpare, Math.floor(height / 2)));
	const share = height - blind.length;
	const {length: count} = processes;
	const scrolled = (page: number): Scroll => {
		const top = Math.min(state.processesTop, Math.max(0, count - page));
		return {top, page, count};
	};
	if (areFramesCostly(count, share)) {
		const options = {width: size.columns, height: share, top: state.processesTop};
		const lines = [...processLines(listedOf(processes), options), ...blind];
		return {body: {type: 'lines', lines}, scroll: scrolled(processLineCapacity(count, share))};
	}
	const table = processTable(listedOf(processes), {
		width: size.columns,
		height: share,
		top: state.processesTop,
	});
	const room = share - processTableHeight(table) - 1;
	const below = [
		...blind,
		...(room > 0 ? [[], ...noticeLines(notices, now, size.columns).slice(0, room)] : []),
	];
	return {
		body: {type: 'processes', table, width: size.columns, below},
		scroll: scrolled(processCapacity(count, share)),
	};
};

const outputBody = ({output, state, size}: FrameInput, {body: height}: Geometry): Made => {
	const {top, shift, search} = state.output;
	const end = state.paused?.outputEnd ?? null;
	const marking = search && {text: search.line.text, current: search.current};
	const window = outputWindow(output, {top, end, shift, width: size.columns, height, marking});
	const lines: readonly Line[] =
		window.lines.length > 0
			? window.lines
			: [[], [{text: '  the program has written nothing yet', tone: 'faint'}]];
	return {body: {type: 'lines', lines}, scroll: {top: window.top, page: height, count: window.end}};
};

/** One line that says what is wrong; keys go on working. */
const smallFrame = (size: Size, mode: Mode): Frame => {
	const need = `netwatch needs ${smallest.columns}×${smallest.rows} or more (now ${size.columns}×${size.rows}); the program goes on`;
	return {
		size,
		mode,
		header: [],
		body: {type: 'lines', lines: smallLines(need, size)},
		footer: [],
		geometry: {airy: false, body: size.rows, footer: 0},
		scroll: {top: 0, page: size.rows, count: 0},
		shows: null,
	};
};

/** Broken where the terminal is narrower than the sentence. */
const smallLines = (text: string, {columns, rows}: Size): Line[] =>
	brokenAt(text, columns)
		.slice(0, rows)
		.map(line => [{text: shorten(line, columns)}]);
