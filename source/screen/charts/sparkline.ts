/** Values over time as characters, one a second. Pure. */
import type {Line, Segment} from '../lines/segments.ts';
import type {Tone} from '../theme/theme.ts';

/** The glyphs of the levels: blocks, or digits for a terminal without them. */
export type GlyphSet = 'blocks' | 'digits';

const glyphSets: Record<GlyphSet, {levels: string; zero: string}> = {
	blocks: {levels: '▁▂▃▄▅▆▇█', zero: '·'},
	digits: {levels: '12345678', zero: '.'},
};

type Values = readonly (number | null)[];

/** The first level ends at `firstLevelBytes`, each further one at `levelFactor` times the level before. */
const firstLevelBytes = 1024;
const levelFactor = 4;
const levelCount = 8;

/**
 * Draws all rows on one fixed logarithmic scale: heights compare, and a steady flow keeps its glyph.
 *
 * @returns a character per value: a blank where not observed, a dot for zero, else ▁ up to 1k, ▂ up to 4k,
 *   … █ above 4M
 */
export const sparkline = (values: Values, glyphSet: GlyphSet): string => {
	const {levels, zero} = glyphSets[glyphSet];
	return values
		.map(value => {
			if (value === null) return ' ';
			return value <= 0 ? zero : (levels[levelOf(value)] ?? zero);
		})
		.join('');
};

const levelOf = (value: number): number => {
	const level = Math.ceil(Math.log(value / firstLevelBytes) / Math.log(levelFactor));
	return Math.max(0, Math.min(levelCount - 1, level));
};

/** Draws values on a linear scale from zero to their maximum; any byte reaches at least the first level. */
export const scaledSparkline = (
	values: Values,
	{ink: glyphSet, mark: threshold, over: overTone}: {ink: GlyphSet; mark: number | null; over: Tone},
): Line => {
	const {levels, zero} = glyphSets[glyphSet];
	const maximum = Math.max(1, ...values.map(value => value ?? 0));
	const segments: Segment[] = [];
	for (const value of values) {
		const level = value === null ? 0 : Math.min(levelCount, Math.ceil((value / maximum) * levelCount));
		const text = value === null ? ' ' : (levels[level - 1] ?? zero);
		const tone: Tone = !value ? 'faint' : threshold !== null && value >= threshold ? overTone : 'plain';
		const last = segments.at(-1);
		if (last?.tone === tone) last.text += text;
		else segments.push({text, tone});
	}
	return segments;
};

/** Sums the observed values of each second; null where no series has one. */
export const sumSeries = (all: readonly Values[]): (number | null)[] =>
	(all[0] ?? []).map((_, at) => {
		const observed = all.flatMap(values => values[at] ?? []);
		return observed.length === 0 ? null : observed.reduce((sum, value) => sum + value, 0);
	});
