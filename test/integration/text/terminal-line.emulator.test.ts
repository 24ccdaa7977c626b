import xterm from '@xterm/headless';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {plainStyle} from '../../../source/text/sgr.ts';
import {renderTerminalLine} from '../../../source/text/terminal-line.ts';
import {piece} from '../../helpers/terminal/line-pieces.ts';

const columns = 400;

const inTerminal = async (line: string): Promise<{text: string; styles: string[]}> => {
	const terminal = new xterm.Terminal({cols: columns, rows: 2, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(line, resolve));
	const row = terminal.buffer.active.getLine(0);
	const text = row?.translateToString(true) ?? '';
	const styles: string[] = [];
	for (let column = 0; column < columns; column += 1) {
		const cell = row?.getCell(column);
		if (!cell || cell.getWidth() === 0 || cell.getChars().trim() === '') continue;
		const flags = [cell.isBold(), cell.isItalic(), cell.isInverse(), cell.isStrikethrough()].map(Boolean);
		const colours = [
			cell.isFgDefault() ? null : cell.getFgColor(),
			cell.isBgDefault() ? null : cell.getBgColor(),
		];
		styles.push(JSON.stringify([column, cell.getChars(), ...flags, ...colours]));
	}
	terminal.dispose();
	return {text: text.trimEnd(), styles};
};

const ours = (line: string): {text: string; styles: string[]} => {
	const spans = renderTerminalLine(line, plainStyle);
	const styles: string[] = [];
	let column = 0;
	for (const {text, style} of spans) {
		for (const [character] of text.matchAll(/\P{M}\p{M}*/gu)) {
			const {bold, italic, inverse, strike, fg, bg} = style;
			const colours = [fg, bg].map(colour =>
				typeof colour === 'string' ? Number.parseInt(colour.slice(1), 16) : colour,
			);
			if (character.trim() !== '') {
				styles.push(JSON.stringify([column, character, bold, italic, inverse, strike, ...colours]));
			}
			column += /[漢字]/.test(character) ? 2 : 1;
		}
	}
	return {
		text: spans
			.map(({text}) => text)
			.join('')
			.trimEnd(),
		styles,
	};
};

it('a terminal emulator shows the same, for any overwritten text', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(piece, {maxLength: 14}), async pieces => {
			// Its marks would join a letter that stands there already, and xterm's own sequences of marks differ.
			const line = pieces.join('').replace(/(?<!e)\u0301/g, '');
			expect(ours(line)).toEqual(await inTerminal(line));
		}),
		{numRuns: 1000},
	);
});
