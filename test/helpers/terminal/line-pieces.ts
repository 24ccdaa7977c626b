import fc from 'fast-check';

/** Pieces of a line of a program's output: text, movements in the line, erasures, colours, strings that show nothing. */
export const piece = fc.oneof(
	fc.stringMatching(/^[ -~]{0,12}$/),
	fc.constantFrom('漢', '字', 'é', 'e\u0301', 'ж', '…', '\r', '\b', '\t'),
	fc
		.integer({min: 0, max: 30})
		.chain(count => fc.constantFrom(`\x1b[${count}C`, `\x1b[${count}D`, `\x1b[${count}G`)),
	fc.constantFrom('\x1b[K', '\x1b[1K', '\x1b[2K', '\x1b]0;title\x07', '\x1b[?25l', '\x1bPq\x1b\\', '\x1b(B'),
	fc.constantFrom(
		'\x1b[31m',
		'\x1b[1;38;5;208m',
		'\x1b[48;2;1;2;3m',
		'\x1b[0m',
		'\x1b[m',
		'\x1b[7;3;9m',
		'\x1b[22;27m',
	),
);
