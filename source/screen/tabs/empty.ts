/** What stands where rows will be: why there are none, and what to do. Pure. */
import {formatCommand, formatEnd} from '../../model/format.ts';
import type {ModelView} from '../../model/view.ts';
import {noticeTone} from '../edges/notices.ts';
import {listTabOf, type State} from '../state/types.ts';
import type {Picture} from '../table/picture.ts';
import {type Line, outside, pack} from '../text/segments.ts';
import {brokenAt} from '../text/width.ts';

export const emptyLines = (model: ModelView, picture: Picture, state: State, width: number): Line[] => {
	const notices = model.notices
		.slice(-3)
		.map(({level, message}): Line => [outside(message, noticeTone(level))]);
	return [
		[],
		...reason(model, picture, state),
		...(picture.counts.connections.total === 0
			? [[], ...notices.flatMap(line => wrapped(line, width - 4))]
			: []),
	].map(line => [{text: '  '}, ...pack(line, [], {width: width - 4, separator: ''})]);
};

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
		return [[outside(`${command} ended with ${formatEnd(session.ended)} and no socket is left.`)]];
	if (rows.size > 0) return [[{text: 'The picture was paused before the first socket; p lets it go on.'}]];
	const pid = session.pid === null ? '' : ` (pid ${session.pid})`;
	return [[outside(`waiting for the first socket of ${command}${pid} …`, 'faint')]];
};

/** A notice may be a sentence: broken at blanks. */
const wrapped = (line: Line, width: number): Line[] => {
	const [segment] = line;
	if (!segment) return [];
	return brokenAt(segment.text, width).map(text => [{...segment, text}]);
};
