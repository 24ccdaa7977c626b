/** Highlights the matches of a search in a line. Pure. */

import type {Span} from '../../../text/spans.ts';
import type {Match} from '../../state/output.ts';
import {searchPattern} from './search.ts';

/** The searched text, and the current match, which has a highlight of its own. */
export type Highlight = {text: string; current: Match | null};

/** Highlights per line, at most. */
const maxHighlights = 1000;

/** @param line number of the line, counted from the program's first */
export const highlightMatches = (
	spans: readonly Span[],
	line: number,
	{text: wanted, current}: Highlight,
): readonly Span[] => {
	const pattern = searchPattern(wanted);
	if (pattern === null) return spans;
	const whole = spans.map(({text}) => text).join('');
	const result: Span[] = [];
	const remainingSpans = [...spans].reverse();
	let at = 0;
	const copyUntil = (until: number, mark?: Span['highlight']): void => {
		while (at < until) {
			const span = remainingSpans.pop();
			if (span === undefined) return;
			const part = span.text.slice(0, until - at);
			result.push({...span, text: part, ...(mark === undefined ? {} : {highlight: mark})});
			if (part.length < span.text.length) remainingSpans.push({...span, text: span.text.slice(part.length)});
			at += part.length;
		}
	};
	let count = 0;
	for (const {0: match, index} of whole.matchAll(pattern)) {
		if (count === maxHighlights) break;
		count++;
		copyUntil(index);
		copyUntil(index + match.length, current?.line === line && current.start === index ? 'current' : 'match');
	}
	copyUntil(whole.length);
	return result;
};
