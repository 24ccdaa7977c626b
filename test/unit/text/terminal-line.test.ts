import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {sanitize} from '../../../source/text/sanitize.ts';
import {plainStyle, type TextStyle} from '../../../source/text/sgr.ts';
import {maxLineLength, renderTerminalLine} from '../../../source/text/terminal-line.ts';
import {piece} from '../../helpers/terminal/line-pieces.ts';

const plainText = (line: string): string =>
	renderTerminalLine(line, plainStyle)
		.map(({text}) => text)
		.join('');

describe("a line of a program's output is shown as a terminal would show it", () => {
	const cases: [what: string, line: string, shown: string][] = [
		['colours are no text', '\x1b[1;32mok\x1b[0m 12 tests', 'ok 12 tests'],
		['a line that is erased and written anew', 'working\x1b[2K\x1b[1Gdone\x1b[?25h', 'done'],
		['a cleared screen loses nothing', 'before\x1b[2J\x1b[H after', 'before after'],
		['a window title does nothing', '\x1b]0;pwned\x07text', 'text'],
		['one of C1 neither', '\x9d0;pwned\x9ctext', 'text'],
		[
			'a clipboard, a device string, a program command',
			'\x1b]52;c;eA==\x07\x1bPq#0\x1b\\\x1b_G\x1b\\text',
			'text',
		],
		['a link leaves its words', '\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\', 'here'],
		['of a progress bar the last drawing stays', '10%\r50%\r100%', '100%'],
		['a shorter drawing covers what it is written over', '100%\r5%', '5%0%'],
		['a drawing that erases the rest stands alone', '100%\r5%\x1b[K', '5%'],
		['a carriage return at the end says nothing', 'dos line\r', 'dos line'],
		['tabs lead to the next eighth column', 'a\tb\t\tc', 'a       b               c'],
		['tabs behind wide characters too', '漢字\tb', '漢字    b'],
		['overstrike by backspaces', 'N\bNA\bAM\bME\bE', 'NAME'],
		['underlined by backspaces', '_\ba_\bb', 'ab'],
		['a backspace over a wide character leaves no half of it', '漢字\bx', '漢 x'],
		['to a column, and on from there', 'abc\x1b[6Gx\x1b[2Cy', 'abc  x  y'],
		['a sequence that was cut off is shown', 'text\x1b[3', 'text\\x1b[3'],
		['so is a string without its end', 'a\x1b]0;title', 'a\\x1b]0;title'],
		['what is left over is shown', 'a\x07\0\u202eb', 'a\\x07\\x00\\u202eb'],
		['cursors that are kept, reports, modes: nothing', '\x1b7a\x1b8\x1b[6n\x1b[?1049h\x1b[5n\x1bc', 'a'],
		['a mark behind a colour', 'e\x1b[31m\u0301x', 'e◌\u0301x'],
	];
	it.each(cases)('%s', (_what, line, shown) => {
		expect(plainText(line)).toBe(shown);
	});

	it('a style that was left on continues', () => {
		const red: TextStyle = {...plainStyle, fg: 1};
		expect(renderTerminalLine('a\x1b[1mb\x1b[0mc', red)).toEqual([
			{text: 'a', style: red},
			{text: 'b', style: {...red, bold: true}},
			{text: 'c', style: plainStyle},
		]);
	});

	it('a giant list of parameters is not text', () => {
		expect(renderTerminalLine(`a\x1b[${'1;'.repeat(40_000)}mb`, plainStyle)).toEqual([
			{text: 'a', style: plainStyle},
			{text: 'b', style: {...plainStyle, bold: true}},
		]);
	});

	it('a line too long to parse is cut, and the end of a long progress bar is shown', () => {
		expect(plainText('x'.repeat(maxLineLength + 5))).toBe(`${'x'.repeat(maxLineLength)}…`);
		const bar = Array.from({length: 9000}, (_, index) => `\r\x1b[32m${index} of 9000`).join('');
		expect(renderTerminalLine(`\x1b[1m${bar}`, plainStyle)).toEqual([
			{text: '8999 of 9000', style: {...plainStyle, bold: true, fg: 2}},
		]);
	});

	it.each(
		[
			[
				'\x90',
				'\x1b]',
				'\x1b[',
				'\x1bP',
				'a\b',
				'漢\r',
				'e\u0301\r',
				'\t',
				'\x1b[31mx',
				'\x1b[1K\x1b[9999Cx\x1b[Gy',
				'\u0301',
				'👩\u200d',
			],
		]
			.flat()
			.map(unit => [JSON.stringify(unit), unit]),
	)('64 k of %s become a bounded number of spans', (_name, unit) => {
		const spans = renderTerminalLine(unit.repeat(64 * 1024), plainStyle);
		expect(spans.length).toBeLessThan(10_000);
	});
});

it('the result of any text is clean', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(piece, fc.string({unit: 'binary'})), {maxLength: 20}), pieces => {
			for (const {text} of renderTerminalLine(pieces.join(''), plainStyle)) {
				expect(sanitize(text).replace(/^◌/, '')).toBe(text.replace(/^◌/, ''));
			}
		}),
	);
});
