/** The detail of one row, as lines. Pure. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatDuration, formatMs} from '../../domain/format.ts';
import {type ProcessRow, type Row, stages} from '../../domain/row.ts';
import {timelineOf} from '../../query/timeline/index.ts';
import type {ObservedEnd} from '../../query/timeline/types.ts';
import {sanitize} from '../../text/sanitize.ts';
import {fitWidth, truncate, widthOf, wrapText, wrapWords} from '../../text/width.ts';
import {
	connectionsText,
	directionArrow,
	isKernelOnly,
	otherListenersText,
	processText,
	requestsText,
} from '../columns/column-texts.ts';
import {
	type Line,
	layoutLine,
	lineWidth,
	type Segment,
	truncateLine,
	untrustedSegment,
} from '../lines/segments.ts';
import {diagnosisLines} from '../tabs/diagnoses/lines.ts';
import {stageTone, type Tone} from '../theme/theme.ts';
import type {DetailField} from './field.ts';
import {eventLines} from './steps.ts';
import {rowViews, type View} from './views.ts';
import {waterfallLines} from './waterfall.ts';

export type Detail = {
	/** Identity, stage times, error and findings. */
	head: readonly Line[];
	/** The three views. */
	views: readonly Line[];
	/** The axis and the bars; none without a span. */
	waterfall: readonly Line[];
	/** The events of both ends, oldest first. */
	steps: readonly Line[];
};

/** A row, its connection's other end, and the threads that they belong to. */
export type DetailSubject = {row: Row; thread: ProcessRow | null; pair: ObservedEnd | null};

export type DetailOptions = {
	/** ms since the epoch. */
	now: number;
	/** Cells of a line. */
	width: number;
	/** When the screen was paused, ms since the epoch: the end of the timeline; null while it is not paused. */
	pausedAt: number | null;
	/** The row has left the table; this is its last state. */
	isGone: boolean;
	/** The row's findings, in any order. */
	diagnoses: readonly Diagnosis[];
};

/** The three views' shares of the width: at 80 cells each fits its usual texts. */
const viewWidthShares = [28, 26, 25] as const;

/** Least width, in cells, that puts the three views side by side. */
const minWidthSideBySide = 72;

export const detailLines = ({row, thread, pair}: DetailSubject, detailOptions: DetailOptions): Detail => {
	const {now, width} = detailOptions;
	const timeline = timelineOf({row, thread}, {pair, now: detailOptions.pausedAt ?? now});
	return {
		head: [
			...identityLines(row, detailOptions),
			...stageTimesLine(row, detailOptions),
			...errorLines(row, width),
			...diagnosisLines(detailOptions.diagnoses, detailOptions),
			...otherListenersLine(row, width),
		],
		views: viewLines(rowViews(row, now), width),
		waterfall: row.role === 'listener' ? [] : waterfallLines(timeline, width),
		steps: eventLines(timeline, width),
	};
};

const identityLines = (row: Row, {now, width, isGone}: DetailOptions): Line[] => {
	const {host, peer} = row;
	const arrow = directionArrow(row);
	const remoteText = arrow === '•' ? 'listens' : formatAddress(peer);
	const name = host === null || peer === null ? (host ?? remoteText) : `${host} ${remoteText}`;
	const attempt = row.attempt && row.attempt.of > 1 ? ` ${row.attempt.n}/${row.attempt.of}` : '';
	const since = `${row.stage}${attempt} for ${formatDuration(now - row.stageSince)}`;
	const stage: Segment = {
		text: isGone ? 'gone from the table' : since,
		tone: isGone ? 'faint' : stageTone(row.stage),
	};
	const endpointLines = endpointsLines(formatAddress(row.local), `${arrow} ${name}`, stage, width - 2);
	const age =
		row.closedAt === null
			? `${isKernelOnly(row) ? 'first seen' : 'opened'} ${formatDuration(now - row.openedAt)} ago`
			: `lived ${formatDuration(row.closedAt - row.openedAt)}`;
	const facts: (string | null)[] = [
		row.label,
		requestsText(row),
		connectionsText(row),
		processText(row, 40, false),
		row.kind,
		age,
		row.joinedBy === null ? 'not joined' : `joined by ${row.joinedBy}`,
		row.marks.length > 0 ? `also ${row.marks.join(', ')}` : null,
		row.site === null ? null : `made at ${row.site}`,
		`id ${row.id}`,
		row.pair === null ? null : `paired with ${row.pair}`,
	];
	const factSegments = facts.flatMap((fact, index): Segment[] =>
		fact === null ? [] : [untrustedSegment(fact, 'plain', index)],
	);
	const stageAndFacts = endpointLines.some(line => line.includes(stage))
		? factSegments
		: [stage, ...factSegments];
	return [...endpointLines, layoutLine(stageAndFacts, [], {width: width - 2, separator: ' · '})].map(line => [
		{text: ' '},
		...line,
	]);
};

/**
 * Both ends, and the stage behind them where there is room; ends that are too long for one line get a line
 * each. A text that is still too long is cut in the middle: a port or a file name stands at its end.
 */
const endpointsLines = (localText: string, remoteText: string, stage: Segment, width: number): Line[] => {
	const end = (text: string, room: number): Segment => ({
		text: truncate(sanitize(text), room, 'middle'),
		tone: 'strong',
	});
	const oneLine = end(`${localText} ${remoteText}`, Number.POSITIVE_INFINITY);
	const lines =
		widthOf(oneLine.text) <= width ? [[oneLine]] : [[end(localText, width)], [end(remoteText, width)]];
	return lines.map((line, index) =>
		index === 0 && lineWidth(line) + 2 + widthOf(stage.text) <= width
			? layoutLine(line, [stage], {width})
			: line,
	);
};

/**
 * The time in each stage, in the order of the path; a final stage has no time here, the first line shows it.
 * A narrow line drops the shortest times.
 */
const stageTimesLine = (
	{stage, stageSince, closedAt, stageMs}: Row,
	{now, width, isGone}: DetailOptions,
): Line[] => {
	if (stageMs === null) return [];
	const isStillCounting = closedAt === null && !isGone;
	const times = stages.flatMap(name => {
		const isNow = isStillCounting && name === stage;
		const ms = (stageMs[name] ?? 0) + (isNow ? now - stageSince : 0);
		return isNow || ms > 0 ? [{ms, text: `${name} ${isNow ? formatDuration(ms) : formatMs(ms)}`}] : [];
	});
	if (times.length === 0) return [];
	const longest = times.toSorted((one, other) => other.ms - one.ms);
	const pieces = times.map(time => ({text: time.text, rank: longest.indexOf(time)}));
	const title = ' stages  ';
	const shown = layoutLine(pieces, [], {width: width - 1 - title.length, separator: ' · '});
	return [[{text: title, tone: 'faint'}, ...shown]];
};

const errorLines = ({error, disagreement}: Row, width: number): Line[] => {
	const lines: Line[] = [];
	if (error !== null) {
		const where = error.phase === error.operation ? error.operation : `${error.operation} (${error.phase})`;
		const failed: Segment = {text: ` ✗ ${sanitize(where)} failed: ${sanitize(error.code)}`, tone: 'failed'};
		const message = sanitize(error.message);
		const isOne = widthOf(failed.text) + 2 + widthOf(message) < width;
		lines.push(
			...(isOne
				? [[failed, {text: `  ${message}`}]]
				: [[failed], ...wrappedSentence(message, 'plain', width)]),
		);
	}
	if (disagreement !== null)
		lines.push(...wrappedSentence(`≠ the views disagree: ${sanitize(disagreement)}`, 'failed', width));
	return lines;
};

/** A sentence, wrapped to at most three lines. */
const wrappedSentence = (text: string, tone: Tone, width: number): Line[] => {
	const parts = wrapText(text, width - 4);
	return parts
		.slice(0, 3)
		.map((part, index) => [
			{text: `${index === 0 ? ' ' : '   '}${part}${index === 2 && parts.length > 3 ? ' …' : ''}`, tone},
		]);
};

/** The other listeners on a listener's port. */
const otherListenersLine = ({acceptQueue}: Row, width: number): Line[] => {
	if (acceptQueue === null || acceptQueue.others.length + acceptQueue.moreOthers === 0) return [];
	const listed: Line = [
		{text: ' on this port, too: ', tone: 'waiting'},
		untrustedSegment(otherListenersText(acceptQueue)),
	];
	return [truncateLine(listed, width - 1)];
};

const viewLines = (views: readonly View[], width: number): Line[] => {
	if (width < minWidthSideBySide)
		return views.flatMap(view => [...viewBlock(view, width - 1), []]).slice(0, -1);
	const widths = viewWidthShares.map(share => Math.floor(((width - 1) * share) / 79));
	const blocks = views.map((view, index) => viewBlock(view, widths[index] ?? 0));
	const height = Math.max(...blocks.map(({length}) => length));
	return Array.from({length: height}, (_, index) =>
		blocks.flatMap((block, at) => block[index] ?? [{text: ' '.repeat(widths[at] ?? 0)}]),
	);
};

const nameWidth = 8;

/** Lines of exactly `width` cells. */
const viewBlock = ({title, freshness, fields}: View, width: number): Line[] => [
	[
		{text: ' '},
		{text: title.toUpperCase(), tone: 'strong'},
		{text: fitWidth(`  ${freshness}`, width - 1 - title.length), tone: 'faint'},
	],
	...fields.flatMap(field => wrapField(field, width)).map(field => fieldLine(field, width)),
];

const wrapField = (field: DetailField, width: number): DetailField[] =>
	field.wraps
		? wrapWords(field.text, width - 2 - nameWidth).map((text, index) => ({
				...field,
				name: index === 0 ? field.name : '',
				text,
			}))
		: [field];

const fieldLine = ({name, text, tone = 'plain', agreement}: DetailField, width: number): Line => {
	const mark = agreement == null ? '' : agreement ? ' ✓' : ' ≠';
	const room = width - 2 - nameWidth - mark.length;
	const shown = truncate(text, room, 'middle');
	return [
		{text: ` ${name.padEnd(nameWidth)}`, tone: 'faint'},
		{text: shown, tone},
		{text: mark, tone: agreement ? 'good' : 'failed'},
		{text: fitWidth('', width - 1 - nameWidth - mark.length - widthOf(shown))},
	];
};
