/** What stands where rows will be: why there are none, what the program says meanwhile, and what to do. Pure. */
import {formatCommand, formatExit} from '../../domain/format.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputLine, OutputView} from '../../text/output-line.ts';
import {spansOf} from '../../text/output-spans.ts';
import {brokenAt} from '../../text/width.ts';
import {type Line, outside, pack} from '../lines/segments.ts';
import type {Picture} from '../rows/visible-rows.ts';
import {listTabOf, type State} from '../state/state.ts';
import {noticeTone} from '../theme/severity.ts';

export type EmptyInput = {
	model: ModelView;
	output: OutputView;
	picture: Picture;
	state: State;
	width: number;
	/** Lines there are. */
	height: number;
};

const noticesShown = 3;
/** Lines of the output: while the program runs, and of what it said before it ended. */
const outputShown = 3;
const lastWordsShown = 12;
const outputLookedAt = 60;
/** Where in Node it failed says less than what failed. */
const stackLine = /^\s+at /;
const indent = 2;
const keysHint = "The keys are netwatch's: a program that asks for input needs --headless.";

export const emptyLines = ({model, output, picture, state, width, height}: EmptyInput): Line[] => {
	const room = width - 2 * indent;
	const isNothing = picture.counts.connections.total === 0;
	const why = reason(model, picture, state).flatMap(line => broken(line, room));
	const notices = isNothing
		? model.notices
				.slice(-noticesShown)
				.flatMap(({level, message}) => broken([outside(message, noticeTone(level))], room))
		: [];
	const above = [[], ...why, ...parted(notices)];
	const left = height - above.length - 2;
	const said = isNothing && model.rows.size === 0 ? lastOutput(model, output, {room, height: left}) : [];
	return [...above, ...parted(said)]
		.slice(0, height)
		.map(line => [{text: ' '.repeat(indent)}, ...pack(line, [], {width: room, separator: ''})]);
};

const parted = (lines: Line[]): Line[] => (lines.length === 0 ? [] : [[], ...lines]);

const reason = ({session, rows}: ModelView, {counts}: Picture, state: State): Line[] => {
	const {filter, showClosed} = state;
	const command = formatCommand(session.command);
	const list = listTabOf(state);
	const {total} = counts[list];
	if (total > 0) {
		if (filter.good === null) return [[{text: `All rows are closed (${total}); t shows them.`}]];
		const what = list === 'listeners' ? 'listeners' : 'rows';
		const hidden = showClosed ? '' : ' of those that are not closed';
		return [
			[{text: `None of ${total} ${what}${hidden} matches `}, outside(filter.good.text, 'waiting')],
			[{text: 'Esc clears the filter.', tone: 'faint'}],
		];
	}
	if (counts.connections.total > 0) return [[{text: 'Nothing listens.', tone: 'faint'}]];
	if (session.ended)
		return [[outside(`${command} ended with ${formatExit(session.ended)} and no socket is left.`)]];
	if (rows.size > 0) return [[{text: 'The picture was paused before the first socket; p lets it go on.'}]];
	const pid = session.pid === null ? '' : ` (pid ${session.pid})`;
	return [[outside(`waiting for the first socket of ${command}${pid} …`, 'faint')]];
};

/**
 * A program that fails before its first socket has said why, and one that asks for something waits for an answer which
 * nobody can give it here.
 */
const lastOutput = (
	{session}: ModelView,
	{lines}: OutputView,
	{room, height}: {room: number; height: number},
): Line[] => {
	const most = Math.min(session.ended === null ? outputShown : lastWordsShown, height);
	const said = lines
		.slice(-outputLookedAt)
		.map(line => ({stream: line.stream, text: textOf(line)}))
		.filter(({text}) => text !== '' && !stackLine.test(text))
		.slice(-Math.max(0, most));
	if (said.length === 0 || most <= 0) return [];
	const title: Line = [
		{text: '6', tone: 'strong'},
		{text: ' shows its output, which ends with:', tone: 'faint'},
	];
	const words = said.map(
		({stream, text}): Line => [{text: stream === 'stderr' ? '▌ ' : '  ', tone: 'waiting'}, {text}],
	);
	const hint: Line[] = session.ended === null ? [[], ...broken([{text: keysHint, tone: 'faint'}], room)] : [];
	return [title, ...words, ...hint];
};

/** A sentence of one segment is broken at blanks; what has several is cut. */
const broken = (line: Line, width: number): Line[] => {
	const [segment, ...others] = line;
	if (!segment || others.length > 0) return [line];
	return brokenAt(segment.text, width).map(text => [{...segment, text}]);
};

/** Without its colours: what stands here is a hint of it. */
const textOf = (line: OutputLine): string =>
	spansOf(line)
		.map(({text}) => text)
		.join('')
		.trimEnd();
