/**
 * Makes untrusted text fit to stand before other columns. Terminals disagree on the width of some characters,
 * by the age of their tables and by whether they join clusters: one of these in a row would shift all columns
 * to its right. Such characters are written in another form, of which the width is certain.
 */
import stringWidth from 'string-width';

const ascii = /^[\x20-\x7e]*$/;

/** Keycaps and circles around a letter: most terminals give them no width, some a second cell. */
const enclosingMarks = /\p{Me}/gu;

// Letters that join the previous one in some terminals, replaced by the mark and the letter that they consist
// of (UnicodeData.txt).
const saraAm = /\u0e33/g;
const laoAm = /\u0eb3/g;

/** The letters of a Hangul syllable, one by one. */
const jamoSequence = /[\u1100-\u115f][\u1160-\u11ff]+/g;

/** A half-width kana and its voicing mark, which some terminals put into the kana's cell. */
const voicedKana = /[\uff66-\uff9d][\uff9e\uff9f]/g;

/**
 * Characters whose width differs among the tables of Unicode 9 to 16 and of terminals: hexagrams, digrams and
 * counting rods, circled numbers on black squares, recent emoji, Hangul vowels and finals that stand alone.
 */
const disputedWidth =
	/[\u1160-\u11ff\ud7b0-\ud7fb\u2630-\u2637\u268a-\u268f\u3248-\u324f\u4dc0-\u4dff\u{1d300}-\u{1d376}\u{1f6d6}-\u{1f6df}\u{1f6fb}-\u{1f6ff}\u{1f7f0}-\u{1f7ff}\u{1f90c}\u{1f93b}\u{1f946}\u{1f972}\u{1f977}-\u{1f979}\u{1f9a3}\u{1f9a4}\u{1f9ab}-\u{1f9ad}\u{1f9cb}\u{1f9cc}\u{1fa74}-\u{1fa77}\u{1fa7b}-\u{1fa7f}\u{1fa83}-\u{1fa8f}\u{1fa96}-\u{1faff}]/gu;

/**
 * Marks with a width of their own, and letters that join the next one (Grapheme_Cluster_Break=Prepend in
 * GraphemeBreakProperty.txt): terminals give them a cell or none.
 */
const spacingMarks =
	/[\p{Mc}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/gu;

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/**
 * @param text sanitized text
 * @returns the same text where all terminals agree with string-width on its cells, else a form on which they
 * agree
 */
export const stableWidth = (text: string): string => {
	if (ascii.test(text)) return text;
	const replaced = text
		.replace(jamoSequence, letters => letters.normalize('NFC'))
		.replace(enclosingMarks, '')
		.replace(voicedKana, pair => pair.normalize('NFKC'))
		.replace(saraAm, '\u0e4d\u0e32')
		.replace(laoAm, '\u0ecd\u0eb2')
		.replace(disputedWidth, toEscape)
		.replace(spacingMarks, toEscape);
	return Array.from(segmenter.segment(replaced), ({segment}) => splitCluster(segment)).join('');
};

/** Splits a cluster that is narrower than the sum of its characters: some terminals do not join them. */
const splitCluster = (cluster: string): string => {
	if (cluster.length === 1) return cluster;
	const [first = '', ...others] = cluster;
	const separateWidth = others.reduce((sum, one) => sum + stringWidth(one), stringWidth(first));
	if (stringWidth(cluster) === separateWidth) return cluster;
	return first + others.map(one => (stringWidth(one) === 0 ? one : toEscape(one))).join('');
};

/** The same escapes as in `sanitize`. */
const toEscape = (character: string): string => {
	const hexadecimal = (character.codePointAt(0) ?? 0).toString(16);
	return hexadecimal.length <= 4 ? `\\u${hexadecimal.padStart(4, '0')}` : `\\u{${hexadecimal}}`;
};
