/** A line of names of which one is chosen, cut to the names around it. Pure. */

import {widthOf} from '../../text/width.ts';
import type {Line, Segment} from './segments.ts';

/**
 * @param names clean texts, each with the blanks that part it from the next
 * @param chosen index of the name that is always in sight; null shows the first ones
 * @param width cells that there are
 * @returns as many names around the chosen one as fit; none where not even that one does
 */
export const choices = (names: readonly string[], chosen: number | null, width: number): Line => {
	let from = chosen ?? 0;
	let to = chosen === null ? 0 : chosen + 1;
	let used = chosen === null ? 0 : widthOf(names[chosen] ?? '');
	while (from > 0 || to < names.length) {
		const before = names[from - 1];
		const after = names[to];
		// Grow at the shorter side first, so that the chosen one stays about in the middle.
		const takeAfter =
			after !== undefined && (chosen === null || before === undefined || to - chosen <= chosen - from + 1);
		const next = takeAfter ? after : before;
		if (next === undefined || used + widthOf(next) > width) break;
		used += widthOf(next);
		if (takeAfter) to += 1;
		else from -= 1;
	}
	return names
		.slice(from, to)
		.map((text, at): Segment => ({text, tone: from + at === chosen ? 'chosen' : 'plain'}));
};
