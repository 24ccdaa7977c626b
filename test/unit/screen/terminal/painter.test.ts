import {describe, expect, it} from 'vitest';
import {createPainter} from '../../../../source/screen/terminal/painter.ts';

/** The painter's output for the last of these frames. */
const last = (...frames: string[]): string => {
	const painter = createPainter();
	return frames.map(frame => painter.paint(frame, 40)).at(-1) ?? '';
};

describe("the painter's output between two frames", () => {
	it.each([
		['nothing, where nothing differs', ['a\nb', 'a\nb'], ''],
		[
			'nothing, where the same is styled in another way',
			['\x1b[1m\x1b[31ma\x1b[39m\x1b[22m', '\x1b[31;1ma'],
			'',
		],
		['a digit, at its place', ['age 1s, 100 bytes', 'age 2s, 100 bytes'], '\x1b[1;5H2'],
		[
			'two places of a line that are far from each other',
			['1 in between 1', '2 in between 2'],
			'\x1b[1;1H2\x1b[14G2',
		],
		['what is between two places that are close', ['1 in 1', '2 in 2'], '\x1b[1;1H2 in 2'],
		['the end of a line that became shorter', ['longer', 'long'], '\x1b[1;5H\x1b[K'],
		['lines that are gone', ['a\nb\nc', 'a'], '\x1b[2;1H\x1b[K\x1b[3;1H\x1b[K'],
		['a colour alone', ['a b c', 'a \x1b[31mb\x1b[39m c'], '\x1b[1;3H\x1b[31mb\x1b[m'],
		['a wide character whole, where one replaces another', ['a日b', 'a本b'], '\x1b[1;2H本'],
		['the rest of a line, where a character has no certain width', ['a🚀b1', 'a🚀b2'], '\x1b[1;2H\x1b[K🚀b2'],
	])('%s', (_title, frames, written) => {
		expect(last(...frames)).toBe(written);
	});

	it('has every cell that is not blank, after the screen was erased', () => {
		const painter = createPainter();
		painter.paint('a\n\nb', 40);
		painter.reset();
		expect(painter.paint('a\n\nb', 40)).toBe('\x1b[1;1Ha\x1b[3;1Hb');
	});

	it('has no control sequence but styles, and nothing beyond the last column', () => {
		expect(createPainter().paint('a\x1b[2Jb\x07c\x1b[5mdef', 4)).toBe('\x1b[1;1Habcd');
	});
});
