import xterm from '@xterm/headless';
import {describe, expect, it} from 'vitest';
import {renderScreen, toPng} from '../../../screenshots/render.ts';

const drawn = async (text: string, cols = 20, rows = 2): Promise<string> => {
	const terminal = new xterm.Terminal({cols, rows, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(text, resolve));
	return renderScreen(terminal, {fontSize: 10});
};

describe('an image of a terminal', () => {
	it('is as large as its cells', async () => {
		expect(await drawn('', 100, 30)).toContain('width="630" height="388"');
	});

	it('has the words in their places', async () => {
		const svg = await drawn('ab\r\n   cd');
		expect(svg).toMatch(/<text x="14" y="23\.3"[^>]*>ab/);
		expect(svg).toMatch(/y="35\.3"[^>]*>(?: {3})?cd/);
	});

	it.each([
		['a colour', '\x1b[31mred', /fill="#e06c75"[^>]*>red/],
		['a bright one', '\x1b[92mgreen', /fill="#b5dd98"[^>]*>green/],
		['one of the 256', '\x1b[38;5;208morange', /fill="#ff8700"[^>]*>orange/],
		['any colour', '\x1b[38;2;1;2;3mblack', /fill="#010203"[^>]*>black/],
		['bold', '\x1b[1mbold', /font-weight="bold"[^>]*>bold/],
		['italic', '\x1b[3mitalic', /font-style="italic"[^>]*>italic/],
		['dim, as half of its colour', '\x1b[2mdim', /fill="#76787e"[^>]*>dim/],
		[
			'reversed',
			'\x1b[7mx\x1b[0m',
			/<rect x="14" y="14" width="6\.02" height="12" fill="#d5d8de"\/>\n?.*fill="#16181d"[^>]*>x/s,
		],
	])('shows %s', async (_what, text, expected) => {
		expect(await drawn(text)).toMatch(expected);
	});

	it('draws a background without seams, across letters of other scripts', async () => {
		const svg = await drawn('\x1b[7ma–日b\x1b[0m');
		expect(svg.match(/<rect[^>]*fill="#d5d8de"/g)).toHaveLength(1);
		expect(svg).toMatch(/width="30\.1" height="12" fill="#d5d8de"/);
	});

	it('holds any text without breaking its XML', async () => {
		expect(await drawn('<a&"b">')).toContain('&lt;a&amp;&quot;b&quot;&gt;');
	});

	it('becomes a PNG where the font is installed', async ({skip}) => {
		const svg = await drawn('text');
		let png: Buffer;
		try {
			png = toPng(svg);
		} catch (error) {
			expect(String(error)).toContain('fonts-dejavu-core');
			return skip('the font DejaVu Sans Mono is not installed');
		}
		expect(png.subarray(1, 4).toString()).toBe('PNG');
		expect(png.readUInt32BE(16)).toBe(2 * Number(/width="(\d+)"/.exec(svg)?.[1]));
	});
});
