/** Frames as no table would be that lazy to make: any style beside any other, lines that fill their width, every script. */
import fc from 'fast-check';
import type {Frame} from '../../../source/screen/frame/types.ts';
import {
	type Line,
	type Segment,
	truncateLine,
	untrustedSegment,
} from '../../../source/screen/lines/segments.ts';
import {geometryFor} from '../../../source/screen/state/geometry.ts';
import type {Size} from '../../../source/screen/terminal/size.ts';
import type {Tone} from '../../../source/screen/theme/theme.ts';

const tones: readonly Tone[] = [
	...(['plain', 'strong', 'faint', 'progress', 'waiting'] as const),
	...(['failed', 'listening', 'good', 'chosen', 'alert'] as const),
];

/** Words of the table, then what hosts, titles and paths bring along: wide, combining, of disputed width, from the right. */
const words: readonly string[] = [
	...['open', '127.0.0.1:8080', '→', '–', '…', '0', '12.5k', '│', '▁▃▇', '▸', '✗', ' ', '   '],
	...['日本語', 'ｆｕｌｌ', 'ｶﾞ', '한글', '각', 'é', 'e\u0301\u0302', 'नमस्ते', 'ภาษาไทย', 'עברית', 'العربية'],
	...[
		'🚀',
		'👩‍💻',
		'🇫🇷',
		'❤️',
		'1️⃣',
		'👍🏽',
		'☎',
		'①',
		'ﷺ',
		'\u{20000}',
		'\u{1f9ff}',
		'a\u0300\u0301\u0302\u0303\u0304',
	],
];

const segment: fc.Arbitrary<Segment> = fc.record({
	text: fc
		.array(
			fc.oneof(
				{weight: 3, arbitrary: fc.constantFrom(...words)},
				fc.string({unit: 'grapheme', maxLength: 6}),
			),
			{
				maxLength: 5,
			},
		)
		.map(parts => untrustedSegment(parts.join('')).text),
	tone: fc.constantFrom(...tones),
});

/** The content of a line: longer than any terminal here is wide, and cut where it is drawn. */
export const anyLine: fc.Arbitrary<Line> = fc.oneof(
	{weight: 1, arbitrary: fc.constant([])},
	{weight: 3, arbitrary: fc.array(segment, {maxLength: 4})},
	{weight: 4, arbitrary: fc.array(segment, {minLength: 4, maxLength: 10})},
);

/** A small change, as most are: a digit of a counter, a tone, the end of a line. */
const anyEdit = fc.oneof(
	fc.record({
		type: fc.constant('text' as const),
		at: fc.nat(9),
		text: fc.constantFrom('1', '99', 'x日', '', 'é'),
	}),
	fc.record({type: fc.constant('tone' as const), at: fc.nat(9), tone: fc.constantFrom(...tones)}),
	fc.record({type: fc.constant('cut' as const), at: fc.nat(9)}),
	fc.record({type: fc.constant('line' as const), line: anyLine}),
);
type Edit = ValueOf<typeof anyEdit>;

const edited = (line: Line, edit: Edit): Line => {
	if (edit.type === 'line') return edit.line;
	const at = line.length === 0 ? 0 : edit.at % line.length;
	if (edit.type === 'cut') return line.slice(0, at);
	return line.map((piece, index) => {
		if (index !== at) return piece;
		return edit.type === 'tone'
			? {...piece, tone: edit.tone}
			: {...piece, text: piece.text.replace(/\d|.$/u, edit.text)};
	});
};

const anySize: fc.Arbitrary<Size> = fc.oneof(
	fc.record({columns: fc.integer({min: 1, max: 120}), rows: fc.integer({min: 1, max: 30})}),
	fc.constantFrom(
		{columns: 80, rows: 24},
		{columns: 40, rows: 10},
		{columns: 1, rows: 1},
		{columns: 200, rows: 60},
	),
);

/** The changes of a screen. */
export const anyStep = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			type: fc.constant('edit' as const),
			edits: fc.array(fc.tuple(fc.nat(200), anyEdit), {maxLength: 6}),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({type: fc.constant('all' as const), lines: fc.array(anyLine, {maxLength: 30})}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			type: fc.constant('resize' as const),
			size: anySize,
			/** The terminal has changed, and the screen has had no resize event yet. */
			isReported: fc.boolean(),
		}),
	},
	{weight: 1, arbitrary: fc.record({type: fc.constantFrom('redraw' as const, 'stop' as const)})},
	{weight: 3, arbitrary: fc.record({type: fc.constant('wait' as const), ms: fc.integer({min: 0, max: 40})})},
	{weight: 2, arbitrary: fc.record({type: fc.constant('compare' as const)})},
);
export type Step = ValueOf<typeof anyStep>;

type ValueOf<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;

/** The lines after a step. */
export const linesAfter = (lines: readonly Line[], step: Step): readonly Line[] => {
	if (step.type === 'all') return step.lines;
	if (step.type !== 'edit') return lines;
	const result = Array.from({length: Math.max(lines.length, 24)}, (_, index) => lines[index] ?? []);
	for (const [at, edit] of step.edits) {
		const index = at % result.length;
		result[index] = edited(result[index] ?? [], edit);
	}
	return result;
};

/** The lines that a terminal of this size shows. */
export const frameOf = (lines: readonly Line[], size: Size): Frame => {
	// No frame of the screen is blank from its first line to its last.
	const shown = [[{text: 'n'}, ...(lines[0] ?? [])], ...lines.slice(1)]
		.slice(0, size.rows)
		.map(line => truncateLine(line, size.columns));
	return {
		size,
		mode: 'output',
		header: shown.slice(0, 1),
		body: {type: 'lines', lines: shown.slice(1)},
		footer: [],
		geometry: {...geometryFor(size, 'output'), body: Math.max(0, size.rows - 1)},
		scroll: {top: 0, page: size.rows, count: shown.length},
		detailLayout: null,
	};
};
