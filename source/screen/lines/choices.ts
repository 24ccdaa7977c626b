/** A line of names of which one is chosen, cut to the names around it. Pure. */

import {widthOf} from '../../text/width.ts';
import type {Line, Segment} from './segments.ts';

/**
 * @param names clean texts, each with the blanks around it
 * @param chosenIndex index of the name that is always visible; null shows the first ones
 * @param width cells of the line
 * @returns as many names around the chosen one as fit; the chosen one always, even where it is too wide
 */
export const choiceLine = (names: readonly string[], chosenIndex: number | null, width: number): Line => {
	let from = chosenIndex ?? 0;
	let to = chosenIndex === null ? 0 : chosenIndex + 1;
	let used = chosenIndex === null ? 0 : widthOf(names[chosenIndex] ?? '');
	while (from > 0 || to < names.length) {
		const before = names[from - 1];
		const after = names[to];
		// Grow at the shorter side first, so that the chosen one stays about in the middle.
		const takeAfter =
			after !== undefined &&
			(chosenIndex === null || before === undefined || to - chosenIndex <= chosenIndex - from + 1);
		const next = takeAfter ? after : before;
		if (next === undefined || used + widthOf(next) > width) break;
		used += widthOf(next);
		if (takeAfter) to++;
		else from--;
	}
	return names
		.slice(from, to)
		.map((text, at): Segment => ({text, tone: from + at === chosenIndex ? 'chosen' : 'plain'}));
};
