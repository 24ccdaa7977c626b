/**
 * The time axis of the waterfall: one scale, or two with a break between them where a short beginning is
 * followed by a long rest. Pure.
 */
import {formatDuration} from '../../domain/format.ts';
import {widthOf} from '../../text/width.ts';
import type {Line, Segment} from '../lines/segments.ts';

export type Axis = {
	/** The background of the bars, a character per cell: ticks, the break, blanks. */
	cells: readonly string[];
	ticks: readonly {cell: number; text: string}[];
	/** The cell of the break between two scales; null where there is one scale. */
	breakCell: number | null;
	/** The cells of a span, at least one. */
	cellRange(from: number, to: number): {first: number; last: number};
};

export type AxisBounds = {from: number; to: number; quietSince: number | null};

/** Share of the cells that the beginning gets where it has a scale of its own. */
const firstScaleShare = 0.6;
/** Fewest cells of a scale; a line with fewer than twice as many has one scale. */
const minScaleCells = 8;
const tick = '┊';
const breakMark = '╱';

type AxisScale = {from: number; to: number; start: number; cells: number};

/** @param width cells */
export const makeAxis = ({from, to, quietSince}: AxisBounds, width: number): Axis => {
	const scales = axisScales({from, to, quietSince}, width);
	const breakCell = scales.length > 1 ? (scales[1]?.start ?? 0) - 1 : null;
	const cells = Array.from({length: width}, () => ' ');
	const ticks = scales.flatMap((part, index) => ticksForScale(part, from, index === 0));
	for (const {cell} of ticks) cells[cell] = tick;
	if (breakCell !== null) cells[breakCell] = breakMark;
	return {
		cells,
		ticks,
		breakCell,
		cellRange(begins, ends) {
			const first = cellAt(scales, begins);
			// A span that ends exactly between two cells ends in the first of them.
			const last = cellAt(scales, ends, true);
			return {first, last: Math.max(first, last)};
		},
	};
};

const axisScales = ({from, to, quietSince}: AxisBounds, width: number): AxisScale[] => {
	if (quietSince === null || width < 2 * minScaleCells + 1) return [{from, to, start: 0, cells: width}];
	const first = Math.floor(width * firstScaleShare);
	return [
		{from, to: quietSince, start: 0, cells: first},
		{from: quietSince, to, start: first + 1, cells: width - first - 1},
	];
};

const cellAt = (scales: readonly AxisScale[], at: number, isEnd = false): number => {
	const part = scales.find(({to}) => (isEnd ? at <= to : at < to)) ?? scales.at(-1);
	if (part === undefined || part.to <= part.from) return 0;
	const exact = ((at - part.from) / (part.to - part.from)) * part.cells;
	const cell = isEnd ? Math.ceil(exact) - 1 : Math.floor(exact);
	return part.start + Math.max(0, Math.min(part.cells - 1, cell));
};

/** Fewest cells per tick, on average: room for its text. */
const minTickSpacing = 9;

const ticksForScale = (
	{from, to, start, cells}: AxisScale,
	origin: number,
	isFirst: boolean,
): {cell: number; text: string}[] => {
	const span = to - from;
	const ticks = isFirst ? [{cell: start, text: '0'}] : [];
	if (span <= 0) return ticks;
	const step = tickStepFor(span / Math.max(2, Math.floor(cells / minTickSpacing)));
	const begin = Math.floor((from - origin) / step) + 1;
	for (let count = begin; ; count++) {
		const at = origin + count * step;
		const cell = start + Math.round(((at - from) / span) * cells);
		if (cell >= start + cells - 2 || at >= to) break;
		if (cell - (ticks.at(-1)?.cell ?? start) >= 3) ticks.push({cell, text: tickText(count * step)});
	}
	return ticks;
};

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
/** Steps above a second, in ms: those of a clock. */
const clockSteps = [1, 2, 5, 10, 15, 30]
	.map(seconds => seconds * secondMs)
	.concat([1, 2, 5, 10, 15, 30].map(minutes => minutes * minuteMs))
	.concat([1, 2, 3, 6, 12, 24].map(hours => hours * hourMs));

/**
 * @returns the least step of `minStep` ms or more: 1, 2 or 5 of a power of ten, above a second one of a clock
 */
const tickStepFor = (minStep: number): number => {
	if (minStep > secondMs)
		return clockSteps.find(step => step >= minStep) ?? Math.ceil(minStep / (24 * hourMs)) * 24 * hourMs;
	const power = 10 ** Math.floor(Math.log10(Math.max(minStep, 0.001)));
	return ([1, 2, 5].find(factor => factor * power >= minStep) ?? 10) * power;
};

/** "0.5 ms", "200 ms", "1.5s", "2m", "1h30m". */
const tickText = (ms: number): string => {
	if (ms < secondMs) return `${Number(ms.toPrecision(3))} ms`;
	if (ms < minuteMs) return `${Number((ms / secondMs).toPrecision(3))} s`;
	return formatDuration(ms).replace(/00[ms]$/, '');
};

/** The line above the bars: the texts of the ticks, and the break between two scales. */
export const axisLine = (
	{ticks, cells, breakCell: brokenAt}: Axis,
	{before, after}: {before: number; after: number},
): Line => {
	const texts = cells.map((cell): string => (cell === breakMark ? breakMark : ' '));
	let nextFreeCell = 0;
	for (const {cell, text} of ticks) {
		const limit = brokenAt !== null && cell < brokenAt ? brokenAt : cells.length;
		if (cell < nextFreeCell || cell + widthOf(text) > limit) continue;
		for (const [index, character] of [...text].entries()) texts[cell + index] = character;
		nextFreeCell = cell + text.length + 1;
	}
	const title = brokenAt === null ? 'time' : `two scales ${breakMark}`;
	const line: Segment[] = [
		{text: ` ${title}`.slice(0, before).padEnd(before), tone: 'faint'},
		{text: texts.join(''), tone: 'faint'},
		{text: 'took'.padStart(after), tone: 'faint'},
	];
	return line;
};
