/**
 * What the screen writes where the locale says that the terminal does not read UTF-8: each mark as the character that is
 * most like it, and a ? for each cell of anything else. No column moves.
 */
import {splitGraphemes, widthOf} from './width.ts';

/** A mark, and what stands for it. */
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
 * @param text what is written to a terminal, control sequences included
 * @returns the same in ASCII, with as many cells
 */
export const toAscii = (text: string): string =>
	text.replace(/[^\x00-\x7f]+/g, others =>
		splitGraphemes(others)
			.map(character => asciiByMark.get(character) ?? '?'.repeat(widthOf(character)))
			.join(''),
	);
