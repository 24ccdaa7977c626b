/** The text that is searched, marked where it stands in a line. Pure. */

import type {Span} from '../../../text/spans.ts';
import type {Match} from '../../state/output.ts';
import {patternOf} from './search.ts';

/** What is marked in the lines that are shown; `current` stands out among them. */
export type Marking = {text: string; current: Match | null};

/** More of them in one line say no more. */
const mostMarks = 1000;

/** @param line number of the line, counted from the program's first */
export const withMarks = (
	spans: readonly Span[],
	line: number,
	{text: wanted, current}: Marking,
): readonly Span[] => {
	const pattern = patternOf(wanted);
	if (pattern === null) return spans;
	const whole = spans.map(({text}) => text).join('');
	const result: Span[] = [];
	const rest = [...spans].reverse();
	let at = 0;
	const take = (until: number, mark?: Span['mark']): void => {
		while (at < until) {
			const span = rest.pop();
			if (span === undefined) return;
			const part = span.text.slice(0, until - at);
			result.push({...span, text: part, ...(mark === undefined ? {} : {mark})});
			if (part.length < span.text.length) rest.push({...span, text: span.text.slice(part.length)});
			at += part.length;
		}
	};
	let count = 0;
	for (const {0: found, index} of whole.matchAll(pattern)) {
		if (count === mostMarks) break;
		count += 1;
		take(index);
		take(index + found.length, current?.line === line && current.start === index ? 'current' : 'match');
	}
	take(whole.length);
	return result;
};
