/** A connection's timeline as lines: a time axis, and below it a bar for each lane. Pure. */
import {formatDuration, formatHost, formatMs} from '../../domain/format.ts';
import type {Lane, LaneName, Span, Timeline} from '../../query/timeline/types.ts';
import {sanitize} from '../../text/sanitize.ts';
import {fitWidth, truncate, widthOf} from '../../text/width.ts';
import {type Line, lineWidth, type Segment} from '../lines/segments.ts';
import type {Tone} from '../theme/theme.ts';
import {type Axis, axisLine, makeAxis} from './time-axis.ts';

/** Least cells of the bars. */
const minBarCells = 12;
const durationWidth = 9;
/** The greatest share of the line for the names; on a narrow line still room for "draining server". */
const maxNameShare = 0.32;
const minNameCells = 15;

/**
 * @param width cells of a line, at least 40
 * @returns the axis and a line for each lane; none where every lane is an event loop
 */
export const waterfallLines = (timeline: Timeline, width: number): Line[] => {
	const {lanes, left: hiddenCandidates} = visibleLanes(timeline.lanes);
	const {to: now} = timeline;
	if (!lanes.some(({name}) => name !== 'loop')) return [];
	const widestName = Math.max(
		...lanes.map(lane => lineWidth(laneName(lane))),
		hiddenCandidates > 0 ? widthOf(hiddenCandidatesText(hiddenCandidates)) : 0,
	);
	const namesAtMost = Math.max(minNameCells, Math.floor(width * maxNameShare));
	const barCells = Math.max(minBarCells, width - 3 - durationWidth - Math.min(widestName, namesAtMost));
	const nameWidth = width - 3 - durationWidth - barCells;
	const axis = makeAxis(timeline, barCells);
	return [
		axisLine(axis, {before: nameWidth + 2, after: durationWidth}),
		...lanes.flatMap(lane => {
			const line: Line = [
				{text: ' '},
				...fitSegments(laneName(lane), nameWidth),
				{text: ' '},
				...barSegments(lane, axis, now),
				{
					text: durationText(lane, now).padStart(durationWidth),
					tone: isOpenLane(lane) && isWaitingLane(lane) ? 'waiting' : 'plain',
				},
			];
			return lane === lanes.find(({name}) => name === 'connect') && hiddenCandidates > 0
				? [[{text: ` ${hiddenCandidatesText(hiddenCandidates)}`, tone: 'faint'} as const], line]
				: [line];
		}),
	];
};

/** Most candidates with a line of their own: the newest ones. */
const maxCandidates = 4;
const hiddenCandidatesText = (left: number): string => `… ${left} earlier candidates`;

const visibleLanes = (all: readonly Lane[]): {lanes: readonly Lane[]; left: number} => {
	const candidates = all.filter(({name}) => name === 'connect');
	const left = Math.max(0, candidates.length - maxCandidates);
	const hidden = new Set(candidates.slice(0, left));
	return {lanes: all.filter(lane => !hidden.has(lane)), left};
};

const outcomeMarks = {ok: '✓', failed: '✗'} as const;

const laneName = ({name, side, address, outcome, spans}: Lane): Segment[] => {
	const tone = outcome === 'failed' ? 'failed' : 'plain';
	const mark = outcome !== null ? outcomeMarks[outcome] : spans.some(({to}) => to === null) ? '…' : '';
	const addressText =
		address === null
			? ''
			: 'path' in address
				? sanitize(address.path)
				: formatHost(address).replace(/^\[|\]$/g, '');
	return [
		{text: name, tone},
		...(mark === '' || address === null ? [] : [{text: ` ${mark}`, tone} as const]),
		...[addressText, side ?? '']
			.filter(text => text !== '')
			.map(text => ({text: ` ${text}`, tone: 'faint' as const})),
	];
};

/** A candidate that is too long loses its name before its address; the last segment is cut in the middle. */
const fitSegments = (all: readonly Segment[], width: number): Segment[] => {
	const segments = all.length > 2 && lineWidth(all) > width ? withoutFirst(all) : all;
	const last = segments.at(-1);
	if (last === undefined) return [{text: ' '.repeat(width)}];
	const before = segments.slice(0, -1);
	const room = width - lineWidth(before);
	if (room < 3)
		return [
			{text: fitWidth(segments.map(({text}) => text).join(''), width), tone: segments[0]?.tone ?? 'plain'},
		];
	return [...before, {...last, text: fitWidth(truncate(last.text, room, 'middle'), room)}];
};

const withoutFirst = ([, mark, ...others]: readonly Segment[]): Segment[] =>
	mark === undefined ? [] : [{...mark, text: mark.text.trim()}, ...others];

/** Solid bars are progress, light ones waiting, dark ones a blocked loop: they differ without colour, too. */
const laneStyles: Readonly<Record<LaneName, {ink: string; tone: Tone}>> = {
	lookup: {ink: '█', tone: 'progress'},
	connect: {ink: '█', tone: 'progress'},
	queued: {ink: '░', tone: 'waiting'},
	tls: {ink: '█', tone: 'progress'},
	'first byte': {ink: '░', tone: 'waiting'},
	answer: {ink: '█', tone: 'plain'},
	requests: {ink: '█', tone: 'plain'},
	draining: {ink: '░', tone: 'waiting'},
	paused: {ink: '░', tone: 'waiting'},
	idle: {ink: '─', tone: 'faint'},
	closing: {ink: '█', tone: 'faint'},
	lingering: {ink: '─', tone: 'faint'},
	loop: {ink: '▓', tone: 'failed'},
};

const barSegments = (lane: Lane, axis: Axis, now: number): Segment[] => {
	const {ink, tone} = laneStyles[lane.name];
	const cells: (string | null)[] = axis.cells.map(() => null);
	for (const span of lane.spans) {
		const {first, last} = axis.cellRange(span.from, span.to ?? now);
		for (let at = first; at <= last; at++) cells[at] = ink;
		if (span.to === null) cells[last] = '▶';
	}
	const barTone = lane.outcome === 'failed' ? 'failed' : tone;
	const cellsWithNote = withNote(cells, noteOf(lane));
	return mergeByTone(
		cellsWithNote.map((cell, at): Segment => {
			if (cell === null) return {text: axis.cells[at] ?? ' ', tone: 'faint'};
			return cell.isNote ? {text: cell.text, tone: 'faint'} : {text: cell.text, tone: barTone};
		}),
	);
};

const noteOf = ({name, note, spans}: Lane): string => {
	const nothing = name === 'loop' && spans.length === 0 ? 'not blocked' : '';
	const several = spans.length > 1 ? `${spans.length} times` : '';
	return [several, nothing, note ?? ''].filter(text => text !== '').join(', ');
};

type BarCell = {text: string; isNote: boolean} | null;

/** Puts a note after the last bar where it fits, else into the widest gap. */
const withNote = (barGlyphs: readonly (string | null)[], note: string): BarCell[] => {
	const cells: BarCell[] = barGlyphs.map(text => (text === null ? null : {text, isNote: false}));
	const gaps = gapsIn(barGlyphs);
	const last = gaps.find(({end}) => end === barGlyphs.length);
	const widest = gaps.toSorted((one, other) => gapRoom(other) - gapRoom(one))[0];
	const gap = last !== undefined && gapRoom(last) >= widthOf(note) ? last : widest;
	if (note === '' || gap === undefined || gapRoom(gap) < minNoteWidth) return cells;
	const text = truncate(note, gapRoom(gap));
	// A cell of the bars holds one narrow character: an untrusted note may have others.
	if (widthOf(text) !== [...text].length) return cells;
	// The room before the first bar is filled from its end.
	const start =
		gap.start === 0 && gap.end < barGlyphs.length
			? gap.end - 1 - text.length
			: gap.start + (gap.start === 0 ? 2 : 1);
	// The blanks around the note hide ticks beside it.
	for (const [index, character] of [...` ${text} `].entries())
		cells[start - 1 + index] = {text: character, isNote: true};
	return cells.slice(0, barGlyphs.length);
};

/** `end` is the first cell after the gap. */
type Gap = {start: number; end: number};

const gapsIn = (bars: readonly (string | null)[]): Gap[] => {
	const gaps: Gap[] = [];
	for (const [at, bar] of bars.entries()) {
		if (bar !== null) continue;
		const before = gaps.at(-1);
		if (before?.end === at) before.end = at + 1;
		else gaps.push({start: at, end: at + 1});
	}
	return gaps;
};

/** The cells for a note, without the blank at each side. */
const gapRoom = ({start, end}: Gap): number => end - start - 2;

/** A note in fewer cells would be unreadable. */
const minNoteWidth = 6;

const mergeByTone = (segments: readonly Segment[]): Segment[] => {
	const result: Segment[] = [];
	for (const segment of segments) {
		const before = result.at(-1);
		if (before !== undefined && before.tone === segment.tone)
			result[result.length - 1] = {...before, text: before.text + segment.text};
		else result.push(segment);
	}
	return result;
};

const isWaitingLane = ({name}: Lane): boolean =>
	laneStyles[name].tone === 'waiting' || laneStyles[name].tone === 'progress';
const isOpenLane = ({spans}: Lane): boolean => spans.some(({to}) => to === null);

/** The sum of a lane's spans; an open lane is rounded to tenths of a second, so that it does not flicker. */
const durationText = (lane: Lane, now: number): string => {
	const {spans} = lane;
	if (spans.length === 0) return '';
	const ms = spans.reduce((sum, span: Span) => sum + (span.to ?? now) - span.from, 0);
	return isOpenLane(lane) ? formatDuration(ms) : formatMs(ms);
};
