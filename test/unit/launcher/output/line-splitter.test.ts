import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createLineSplitter, maxLineLength} from '../../../../source/launcher/output/line-splitter.ts';

/** All lines, and the rest at the end, of bytes that arrive in chunks. */
const splitAll = (chunks: readonly Buffer[], keep = 1000) => {
	const splitter = createLineSplitter(keep);
	const lines: string[] = [];
	let skipped = 0;
	let partial = '';
	for (const chunk of chunks) {
		const split = splitter.push(chunk);
		lines.push(...split.lines);
		skipped += split.skipped;
		partial = split.partial;
	}
	return {lines, skipped, partial};
};

const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
	const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
	return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const text = fc.stringMatching(/^([a-zé€🪝 ]{0,6}\n?){0,30}$/u);

test('lines are the same for any chunks, also within a character', () => {
	fc.assert(
		fc.property(text, fc.array(fc.nat(), {maxLength: 8}), (whole, cuts) => {
			const lines = whole.split('\n');
			const partial = lines.pop();
			const split = splitAll(pieces(Buffer.from(whole), cuts).filter(({length}) => length > 0));
			expect(split).toEqual({lines, skipped: 0, partial});
		}),
	);
});

test('lines beyond the limit are counted, and the newest are returned', () => {
	fc.assert(
		fc.property(text, fc.integer({min: 1, max: 5}), (whole, keep) => {
			const all = whole.split('\n');
			const partial = all.pop();
			const {lines, skipped, partial: rest} = splitAll([Buffer.from(whole)], keep);
			expect(lines).toEqual(all.slice(-keep));
			expect(skipped).toBe(all.length - lines.length);
			expect(rest).toBe(partial);
		}),
	);
});

test('a line without end is cut into pieces', () => {
	const {lines, partial} = splitAll(Array(40).fill(Buffer.alloc(10_000, 'x')));
	expect(lines.map(({length}) => length)).toEqual(Array(6).fill(maxLineLength));
	expect(partial.length).toBe(400_000 - 6 * maxLineLength);
});

test('a progress bar has its last drawings pending, in the style that was set before them', () => {
	const drawings = Array.from({length: 1000}, (_, n) => Buffer.from(`\r${String(n / 10).padStart(40)} %`));
	const {lines, skipped, partial} = splitAll([Buffer.from('\x1b[32m'), ...drawings]);
	expect({lines, skipped}).toEqual({lines: [], skipped: 0});
	expect(partial.length).toBeLessThan(9000);
	expect(partial).toMatch(/^\x1b\[32m\r {36}\d\d\.\d %\r[\s\S]*\r {36}99\.9 %$/);
	expect(splitAll([Buffer.from('\r'), Buffer.from('\r')]).partial).toBe('\r\r');
});

test('a line without end is not cut within a character or a control sequence', () => {
	for (const [unit, offset] of [
		['\x1b[38;5;208m', 0],
		['\x1b[38;5;208m', 1],
		['\x1b[38;5;208m', 5],
		['🪝', 1],
	] as const) {
		const whole = `${'x'.repeat(offset)}${unit.repeat(20_000)}\n`;
		const {lines} = splitAll([Buffer.from(whole)]);
		expect(lines.length).toBeGreaterThan(0);
		expect(`${lines.join('')}\n`).toBe(whole);
		for (const line of lines) expect(line.replaceAll(unit, '').length).toBeLessThanOrEqual(offset);
	}
});

test('the rest of a line after a gap is left out', () => {
	const splitter = createLineSplitter(10);
	splitter.push(Buffer.from('before'));
	splitter.reset(true);
	expect(splitter.push(Buffer.from('inside'))).toEqual({lines: [], skipped: 0, partial: ''});
	expect(splitter.push(Buffer.from(' of it\nafter\nnew'))).toEqual({
		lines: ['after'],
		skipped: 0,
		partial: 'new',
	});
});

test('bytes that are not text do not throw', () => {
	const {lines} = splitAll([Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x0a, 0x00, 0x0a])]);
	expect(lines).toEqual(['\ufffd\ufffd', '\ufffd', '\0']);
});
