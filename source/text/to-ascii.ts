/**
 * The screen's text for a locale without UTF-8: each glyph becomes the most similar character, and any other
 * cell a `?`. No column moves.
 */
import {splitGraphemes, widthOf} from './width.ts';

/** A glyph and its replacement. */
const replacements = [
	...['–-', '—-', '…~', '·.', '•*', '×x', 'µu', '«"', '»"', '‹<', '›>', '→>', '←<', '↑^', '↓v'],
	...['▸>', '▹>', '▶>', '▴^', '▾v', '✓+', '✗x', '≠#', '≤<', '≥>', '‖=', '─-', '│|', '┊:', '╱/', '▌|'],
	...['┌+', '┐+', '└+', '┘+', '├+', '┤+', '┬+', '┴+', '┼+', '╭+', '╮+', '╰+', '╯+'],
	...['█#', '▓#', '▒=', '░.', '▁_', '▂_', '▃-', '▄-', '▅=', '▆=', '▇#', '◌o'],
];
const asciiByMark: ReadonlyMap<string, string> = new Map(
	replacements.map(([mark = '', ascii = '']): [string, string] => [mark, ascii]),
);

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
