/** The glyphs that netwatch writes, for a locale without UTF-8: each has a most similar character of ASCII. */

/** A glyph and its replacement. */
const replacements = [
	...['–-', '—-', '…~', '·.', '•*', '×x', 'µu', '«"', '»"', '‹<', '›>', '→>', '←<', '↑^', '↓v'],
	...['▸>', '▹>', '▶>', '▴^', '▾v', '✓+', '✗x', '≠#', '≤<', '≥>', '‖=', '─-', '│|', '┊:', '╱/', '▌|'],
	...['┌+', '┐+', '└+', '┘+', '├+', '┤+', '┬+', '┴+', '┼+', '╭+', '╮+', '╰+', '╯+'],
	...['█#', '▓#', '▒=', '░.', '▁_', '▂_', '▃-', '▄-', '▅=', '▆=', '▇#', '◌o'],
];
export const asciiByMark: ReadonlyMap<string, string> = new Map(
	replacements.map(([mark = '', ascii = '']): [string, string] => [mark, ascii]),
);

/**
 * For text that is no line of a screen: it need not keep its width, which takes long to load.
 *
 * @returns the text in ASCII, with `?` for each character that has no similar one
 */
export const toPlainAscii = (text: string): string =>
	text.replace(/[^\x00-\x7f]/gu, character => asciiByMark.get(character) ?? '?');
