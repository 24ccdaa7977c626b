/** The processes tab as text: a small table, in columns that fit. Pure. */
import {formatBytes, formatCount, formatMs, notObserved} from '../../../domain/format.ts';
import type {ProcessRow} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {truncate, widthOf} from '../../../text/width.ts';

/** A row in ink-table's form: texts by column title. */
export type ProcessLine = Readonly<Record<string, string>>;

export type ProcessTable = {
	/** Titles in order; figures are aligned to the right. */
	columns: readonly {key: string; align: 'left' | 'right'}[];
	data: readonly ProcessLine[];
	/** Number of processes before and after the shown ones. */
	hiddenBefore: number;
	hiddenAfter: number;
};

type ProcessColumn = {
	title: string;
	align: 'left' | 'right';
	/** Cells at most. */
	width: number;
	/** Columns with a high number are dropped first on a narrow terminal. */
	priority: number;
	value: (row: ProcessRow) => string;
};

const processColumns: readonly ProcessColumn[] = [
	{
		title: 'program',
		align: 'left',
		width: 26,
		priority: 1,
		value: row => `${row.wrapper ? '‹ ' : ''}${sanitize(row.program) || notObserved}`,
	},
	{
		title: 'pid',
		align: 'right',
		width: 9,
		priority: 1,
		value: row => (row.thread === 0 ? String(row.pid) : `${row.pid}/${row.thread}`),
	},
	{title: 'state', align: 'left', width: 10, priority: 1, value: row => stateText(row)},
	{title: 'sockets', align: 'right', width: 7, priority: 3, value: row => formatCount(row.rows)},
	{
		title: 'loop p99',
		align: 'right',
		width: 8,
		priority: 2,
		value: row => formatMs(row.load?.loopDelayP99 ?? null),
	},
	{title: 'cpu', align: 'right', width: 4, priority: 4, value: row => percentText(row.load?.cpu ?? null)},
	{title: 'memory', align: 'right', width: 6, priority: 5, value: row => formatBytes(row.load?.rss ?? null)},
	{title: 'files', align: 'right', width: 9, priority: 7, value: row => descriptorText(row)},
	{
		title: 'lost',
		align: 'right',
		width: 5,
		priority: 6,
		value: ({load, isEndUnreported}) => {
			const dropped = load?.dropped ?? null;
			return `${isEndUnreported && dropped !== null ? '≥' : ''}${formatCount(dropped)}`;
		},
	},
	{
		title: 'no site',
		align: 'right',
		width: 7,
		priority: 9,
		value: row => formatCount(row.load?.sitesNotTaken ?? null),
	},
	{title: 'node', align: 'left', width: 9, priority: 8, value: row => sanitize(row.node ?? notObserved)},
];

/** Cells drawn beside the text: per cell, and once per row. */
type ColumnPadding = {cell: number; edge: number};

/** Borders and padding that ink-table draws around a cell; one more border closes the row. */
const framePadding: ColumnPadding = {cell: 3, edge: 1};
/** Lines of the table without its rows: top, titles, bottom. Each row takes two lines. */
const frameLines = 3;

/** Running processes by start time, then ended ones, the latest end first. */
export const sortProcesses = (processes: readonly ProcessRow[]): readonly ProcessRow[] => {
	const living = processes.filter(({endedAt}) => endedAt === null);
	const ended = processes.filter(({endedAt}) => endedAt !== null);
	return [
		...living.toSorted((one, other) => one.startedAt - other.startedAt),
		...ended.toSorted((one, other) => (other.endedAt ?? 0) - (one.endedAt ?? 0)),
	];
};

/**
 * @param height available lines
 * @param top index of the first process to show
 */
export const makeProcessTable = (
	processes: readonly ProcessRow[],
	{width, height, top}: {width: number; height: number; top: number},
): ProcessTable => {
	const capacity = processCapacity(processes.length, height);
	const from = Math.max(0, Math.min(top, processes.length - capacity));
	const shown = processes.slice(from, from + capacity);
	const chosen = selectProcessColumns(shown, width, framePadding);
	return {
		columns: chosen.map(({title, align}) => ({key: title, align})),
		data: shown.map(row =>
			Object.fromEntries(chosen.map(column => [column.title, processCellText(column, row)])),
		),
		hiddenBefore: from,
		hiddenAfter: processes.length - from - shown.length,
	};
};

/** The number of processes that fit; when not all fit, "+N more" takes a line. */
export const processCapacity = (count: number, height: number): number => {
	const all = Math.floor((height - frameLines) / 2);
	return Math.max(1, count <= all ? count : Math.floor((height - frameLines - 1) / 2));
};

export const processTableHeight = ({data, hiddenBefore: before, hiddenAfter: after}: ProcessTable): number =>
	frameLines + data.length * 2 + (before + after > 0 ? 1 : 0);

/** @returns the columns that fit the width with the texts of these rows */
export const selectProcessColumns = (
	rows: readonly ProcessRow[],
	width: number,
	chrome: ColumnPadding,
): readonly ProcessColumn[] => {
	const byPriority = processColumns.toSorted((a, b) => a.priority - b.priority);
	let used = chrome.edge;
	const shown = new Set<ProcessColumn>();
	for (const column of byPriority) {
		used +=
			Math.max(column.title.length, ...rows.map(row => processCellText(column, row).length)) + chrome.cell;
		if (used > width) break;
		shown.add(column);
	}
	return processColumns.filter(column => shown.has(column));
};

/** ink-table measures by `.length`: a text with wide characters is padded to its number of cells. */
export const processCellText = ({width, value}: ProcessColumn, row: ProcessRow): string => {
	const text = truncate(value(row), width);
	return text.padEnd(widthOf(text));
};

/** "gone": the process ended without an exit report, e.g. by a signal. */
const stateText = ({state, noHook, exitCode, signal}: ProcessRow): string => {
	switch (state) {
		case 'running':
			return 'hooked';
		case 'unhooked':
			return noHook === 'not-node' ? 'not Node' : 'no hook';
		case 'lost':
			return 'gone';
		case 'exited':
			if (signal !== null) return sanitize(signal);
			return exitCode === null ? 'ended' : `exit ${exitCode}`;
	}
};

const percentText = (share: number | null): string =>
	share === null ? notObserved : `${Math.round(share * 100)}%`;

const descriptorText = ({load}: ProcessRow): string =>
	load?.fds == null ? notObserved : `${formatCount(load.fds)}/${formatCount(load.fdLimit)}`;
