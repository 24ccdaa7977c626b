/**
 * The screen's text for a locale without UTF-8: each glyph becomes the most similar character, and any other
 * cell a `?`. No column moves.
 */
import {asciiByMark} from './ascii-marks.ts';
import {splitGraphemes, widthOf} from './width.ts';

/**
 * @param text output for a terminal, control sequences included
 * @returns the same in ASCII, with as many cells
 */
export const toAscii = (text: string): string =>
	text.replace(/[^\x00-\x7f]+/g, others =>
		splitGraphemes(others)
			.map(character => asciiByMark.get(character) ?? '?'.repeat(widthOf(character)))
			.join(''),
	);
