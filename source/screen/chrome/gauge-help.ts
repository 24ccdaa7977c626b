/** Explanations of the gauges, for the help page. Pure. */
import {widthOf, wrapWords} from '../../text/width.ts';
import type {Line} from '../lines/segments.ts';
import type {Stats} from './gauge.ts';
import {gaugeLine} from './gauge-line.ts';
import {gaugesOf} from './make-gauges.ts';

/**
 * Adds the gauges to the help page: at its end, or at its start where the header has left some of them out.
 */
export const withGauges = (help: readonly Line[], stats: Stats, width: number): Line[] => {
	const gauges = gaugeHelpLines(stats, width);
	const isWhole = !/^ \+\d+ \?$/.test(lastText(gaugeLine(stats, width - 2)));
	return isWhole ? [...help, [], ...gauges] : [...gauges, ...help];
};

const lastText = (line: Line): string => line.at(-1)?.text ?? '';

const gaugeHelpLines = (stats: Stats, width: number): Line[] => [
	[{text: ' What the header says now', tone: 'strong'}],
	...gaugesOf(stats).flatMap(({text, tone, meaning}) => {
		const isMeaningBelow = width < 60 || widthOf(text) > nameWidth;
		if (isMeaningBelow) return [[{text: `   ${text}`, tone}], ...wrapWords(meaning, width - 6).map(indented)];
		const rest = wrapWords(meaning, width - 5 - nameWidth);
		return rest.map((part, index): Line => {
			if (index > 0) return [{text: ' '.repeat(nameWidth + 4) + part}];
			const gap = Math.max(1, nameWidth - widthOf(text));
			return [{text: `   ${text}`, tone}, {text: ' '.repeat(gap)}, {text: part}];
		});
	}),
	[],
];

const indented = (text: string): Line => [{text: `     ${text}`}];

const nameWidth = 26;
