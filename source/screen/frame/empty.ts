/** The body of a table without rows: the reason, notices, the end of the output, and a hint. Pure. */
import {formatCommand, formatExit} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputLine, OutputView} from '../../text/output-line.ts';
import {outputSpans} from '../../text/output-spans.ts';
import {wrapWords} from '../../text/width.ts';
import {type Line, layoutLine, untrustedSegment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {listTabOf, type State} from '../state/state.ts';
import {noticeTone} from '../theme/severity.ts';

export type EmptyInput = {
	model: ModelView;
	output: OutputView;
	visible: VisibleRows;
	state: State;
	width: number;
	/** Lines available. */
	height: number;
};

const maxNotices = 3;
/** Most lines of the output: while the program runs, and after it has ended. */
const maxOutputLines = 3;
const maxFinalOutputLines = 12;
const scannedOutputLines = 60;
/** Stack frames are left out: the message before them is worth more. */
const stackLine = /^\s+at /;
const indent = 2;
const keysHint = "The keys are netwatch's: a program that asks for input needs --headless.";

export const emptyTableLines = ({model, output, visible, state, width, height}: EmptyInput): Line[] => {
	const room = width - 2 * indent;
	const hasNoRows = visible.counts.connections.total === 0;
	const reasonLines = emptyReason(model, visible, state).flatMap(line => wrapLine(line, room));
	const notices = hasNoRows
		? model.notices
				.slice(-maxNotices)
				.flatMap(({level, message}) => wrapLine([untrustedSegment(message, noticeTone(level))], room))
		: [];
	const above = [[], ...reasonLines, ...withGapAbove(notices)];
	const remainingHeight = height - above.length - 2;
	const outputLines =
		hasNoRows && model.rows.size === 0 ? outputTail(model, output, {room, height: remainingHeight}) : [];
	return [...above, ...withGapAbove(outputLines)]
		.slice(0, height)
		.map(line => [{text: ' '.repeat(indent)}, ...layoutLine(line, [], {width: room, separator: ''})]);
};

const withGapAbove = (lines: Line[]): Line[] => (lines.length === 0 ? [] : [[], ...lines]);

const emptyReason = ({session, rows}: ModelView, {counts}: VisibleRows, state: State): Line[] => {
	const {filter, showClosed} = state;
	const command = formatCommand(session.command);
	const list = listTabOf(state);
	const {total} = counts[list];
	if (total > 0) {
		if (filter.activeFilter === null) return [[{text: `All rows are closed (${total}); t shows them.`}]];
		const noun = list === 'listeners' ? 'listeners' : 'rows';
		const hidden = showClosed ? '' : ' of those that are not closed';
		return [
			[
				{text: `None of ${total} ${noun}${hidden} matches `},
				untrustedSegment(filter.activeFilter.text, 'waiting'),
			],
			[{text: 'Esc clears the filter.', tone: 'faint'}],
		];
	}
	if (counts.connections.total > 0) return [[{text: 'Nothing listens.', tone: 'faint'}]];
	if (session.ended)
		return [[untrustedSegment(`${command} ended with ${formatExit(session.ended)} and no socket is left.`)]];
	if (rows.size > 0) return [[{text: 'The picture was paused before the first socket; p lets it go on.'}]];
	const pid = session.pid === null ? '' : ` (pid ${session.pid})`;
	return [[untrustedSegment(`waiting for the first socket of ${command}${pid} …`, 'faint')]];
};

/**
 * The end of the output: it holds the error of a program that failed before its first socket, and the prompt
 * of one that waits for input, which does not reach it here.
 */
const outputTail = (
	{session}: ModelView,
	{lines}: OutputView,
	{room, height}: {room: number; height: number},
): Line[] => {
	const maxLines = Math.min(session.ended === null ? maxOutputLines : maxFinalOutputLines, height);
	const shownLines = lines
		.slice(-scannedOutputLines)
		.map(line => ({stream: line.stream, text: plainText(line)}))
		.filter(({text}) => text !== '' && !stackLine.test(text))
		.slice(-Math.max(0, maxLines));
	if (shownLines.length === 0 || maxLines <= 0) return [];
	const title: Line = [
		{text: '6', tone: 'strong'},
		{text: ' shows its output, which ends with:', tone: 'faint'},
	];
	const words = shownLines.map(
		({stream, text}): Line => [{text: stream === 'stderr' ? '▌ ' : '  ', tone: 'waiting'}, {text}],
	);
	const hint: Line[] =
		session.ended === null ? [[], ...wrapLine([{text: keysHint, tone: 'faint'}], room)] : [];
	return [title, ...words, ...hint];
};

/** Wraps a line of one segment at blanks; a line of several segments is left as it is. */
const wrapLine = (line: Line, width: number): Line[] => {
	const [segment, ...others] = line;
	if (!segment || others.length > 0) return [line];
	return wrapWords(segment.text, width).map(text => [{...segment, text}]);
};

/** The text of a line of output, without its colours. */
const plainText = (line: OutputLine): string =>
	outputSpans(line)
		.map(({text}) => text)
		.join('')
		.trimEnd();
