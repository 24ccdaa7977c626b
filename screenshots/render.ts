/** The screen of a terminal emulator as a picture: SVG by a pure function, PNG by resvg. */
import {existsSync} from 'node:fs';
import {Resvg} from '@resvg/resvg-js';
import type {IBufferCell, Terminal} from '@xterm/headless';
import {palettePng} from './png.ts';

export type RenderOptions = {
	/** Height of a letter in pixels. */
	fontSize?: number;
	/** Words in the frame's title bar. */
	title?: string;
	/** Colours for a dark or a light ground. */
	theme?: keyof typeof themes;
};

const fontFamily = 'DejaVu Sans Mono';
/** Advance of a cell and height of a line of that font, in parts of its size. */
const cellAspect = 0.602;
const lineAspect = 1.2;
const ascent = 0.93;
const padding = 14;

/** The colours of a terminal: of its ground, its text, its frame, and the named ones, 0–15. */
type Theme = {
	background: string;
	foreground: string;
	frame: string;
	title: string;
	palette: readonly string[];
};

const darkPalette = [
	'#2a2e37',
	'#e06c75',
	'#98c379',
	'#e5c07b',
	'#6ca7f0',
	'#c58be0',
	'#56c2cf',
	'#d5d8de',
	'#6b7280',
	'#f08b93',
	'#b5dd98',
	'#f3d599',
	'#8fc0fa',
	'#d9aef0',
	'#83dbe5',
	'#ffffff',
];

const lightPalette = [
	'#24292f',
	'#cf222e',
	'#116329',
	'#7d4e00',
	'#0550ae',
	'#8250df',
	'#1b7c83',
	'#6e7781',
	'#57606a',
	'#a40e26',
	'#1a7f37',
	'#633c01',
	'#218bff',
	'#a475f9',
	'#3192aa',
	'#8c959f',
];

const themes = {
	dark: {
		background: '#16181d',
		foreground: '#d5d8de',
		frame: '#2a2e37',
		title: '#9aa0ab',
		palette: darkPalette,
	},
	light: {
		background: '#ffffff',
		foreground: '#24292f',
		frame: '#e6e9ed',
		title: '#57606a',
		palette: lightPalette,
	},
} as const satisfies Record<string, Theme>;

type Look = {fg: string; bg: string; bold: boolean; italic: boolean; underline: boolean};
type Run = {text: string; column: number; cells: number; look: Look};

/**
 * @param terminal an emulator whose writes are done
 * @returns an SVG document of what is in sight, with colours, bold, dim and reversed text
 */
export const renderScreen = (
	terminal: Terminal,
	{fontSize = 15, title, theme: name = 'dark'}: RenderOptions = {},
): string => {
	const theme = themes[name];
	const cell = {width: fontSize * cellAspect, height: Math.round(fontSize * lineAspect)};
	const bar = title === undefined ? 0 : cell.height + padding;
	const width = Math.ceil(terminal.cols * cell.width + 2 * padding);
	const height = Math.ceil(terminal.rows * cell.height + 2 * padding + bar);
	const lines = Array.from({length: terminal.rows}, (_, row) => {
		const place = {x: padding, y: padding + bar + row * cell.height, cell, fontSize};
		return [
			...lineGrounds(terminal, row, theme).map(ground => drawGround(ground, place)),
			...lineRuns(terminal, row, theme).map(run => drawRun(run, place)),
		];
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}" font-size="${fontSize}">`,
		`<rect width="${width}" height="${height}" rx="8" fill="${theme.background}"/>`,
		title === undefined ? '' : titleBar(title, {width, height: bar, fontSize, theme}),
		...lines.flat(),
		'</svg>',
		'',
	].join('\n');
};

/** The paths of the font on Debian, Fedora and Arch; a picture without it would be of another font's widths. */
const fontDirectories = [
	'/usr/share/fonts/truetype/dejavu',
	'/usr/share/fonts/dejavu-sans-mono-fonts',
	'/usr/share/fonts/TTF',
];

/**
 * @param scale pixels of the picture a pixel of the SVG
 * @throws where the font is not installed
 */
export const toPng = (svg: string, scale = 2): Buffer => {
	const fontDirs = fontDirectories.filter(directory => existsSync(directory));
	if (fontDirs.length === 0)
		throw new Error(
			`The font ${fontFamily} is missing: install it (Debian: apt-get install fonts-dejavu-core).`,
		);
	const {pixels, width, height} = new Resvg(svg, {
		fitTo: {mode: 'zoom', value: scale},
		font: {fontDirs, loadSystemFonts: false, defaultFontFamily: fontFamily, monospaceFamily: fontFamily},
	}).render();
	return palettePng(pixels, width, height);
};

/** Adjacent cells of one style; other than ASCII characters stand alone, so that a font's own width cannot shift the rest. */
const lineRuns = (terminal: Terminal, row: number, theme: Theme): Run[] => {
	const {active} = terminal.buffer;
	const line = active.getLine(active.viewportY + row);
	const runs: Run[] = [];
	for (let column = 0; column < terminal.cols; column++) {
		const cell = line?.getCell(column);
		if (!cell || cell.getWidth() === 0) continue;
		const text = cell.getChars() || ' ';
		const look = lookOf(cell, theme);
		const last = runs.at(-1);
		const joins =
			last !== undefined &&
			sameLook(last.look, look) &&
			isAscii(text) &&
			isAscii(last.text) &&
			last.column + last.cells === column;
		if (joins) {
			last.text += text;
			last.cells += 1;
		} else runs.push({text, column, cells: cell.getWidth(), look});
	}
	return runs.filter(({text, look}) => text.trim() !== '' || look.underline);
};

type Ground = {column: number; cells: number; fill: string};

/** Stretches of one background, which must have no seams. */
const lineGrounds = (terminal: Terminal, row: number, theme: Theme): Ground[] => {
	const {active} = terminal.buffer;
	const line = active.getLine(active.viewportY + row);
	const grounds: Ground[] = [];
	for (let column = 0; column < terminal.cols; column++) {
		const cell = line?.getCell(column);
		if (!cell) continue;
		const fill = lookOf(cell, theme).bg;
		const last = grounds.at(-1);
		if (last?.fill === fill) last.cells += 1;
		else grounds.push({column, cells: 1, fill});
	}
	return grounds.filter(({fill}) => fill !== theme.background);
};

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const sameLook = (one: Look, other: Look): boolean =>
	one.fg === other.fg &&
	one.bg === other.bg &&
	one.bold === other.bold &&
	one.italic === other.italic &&
	one.underline === other.underline;

const lookOf = (cell: IBufferCell, {background, foreground, palette}: Theme): Look => {
	const fg = colour(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor(), {fallback: foreground, palette});
	const bg = colour(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor(), {fallback: background, palette});
	const [front, back] = cell.isInverse() ? [bg, fg] : [fg, bg];
	return {
		fg: cell.isDim() ? mixed(front, back, 0.5) : front,
		bg: back,
		bold: cell.isBold() !== 0,
		italic: cell.isItalic() !== 0,
		underline: cell.isUnderline() !== 0,
	};
};

const colour = (
	isRgb: boolean,
	isPalette: boolean,
	value: number,
	{fallback, palette}: {fallback: string; palette: readonly string[]},
): string => {
	if (isRgb) return hex([value >> 16, (value >> 8) & 255, value & 255]);
	if (!isPalette) return fallback;
	const named = palette[value];
	if (named !== undefined) return named;
	if (value >= 232) return hex(Array(3).fill(8 + (value - 232) * 10));
	// The 6×6×6 cube of the 256 colours.
	const index = value - 16;
	return hex(
		[Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(level =>
			level === 0 ? 0 : 55 + level * 40,
		),
	);
};

const hex = (parts: number[]): string =>
	`#${parts.map(part => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

const parts = (colourText: string): number[] =>
	[1, 3, 5].map(at => Number.parseInt(colourText.slice(at, at + 2), 16));

const mixed = (one: string, other: string, share: number): string => {
	const others = parts(other);
	return hex(parts(one).map((part, index) => part * share + (others[index] ?? 0) * (1 - share)));
};

type Place = {x: number; y: number; cell: {width: number; height: number}; fontSize: number};

const drawGround = ({column, cells, fill}: Ground, {x, y, cell}: Place): string =>
	`<rect x="${round(x + column * cell.width)}" y="${y}" width="${round(cells * cell.width)}" height="${cell.height}" fill="${fill}"/>`;

const drawRun = ({text, column, cells, look}: Run, {x, y, cell, fontSize}: Place): string => {
	const left = round(x + column * cell.width);
	const width = round(cells * cell.width);
	const line = look.underline
		? `<rect x="${left}" y="${round(y + cell.height - 2)}" width="${width}" height="1" fill="${look.fg}"/>`
		: '';
	const style = `${look.bold ? ' font-weight="bold"' : ''}${look.italic ? ' font-style="italic"' : ''}`;
	const glyphs =
		text.trim() === ''
			? ''
			: `<text x="${left}" y="${round(y + fontSize * ascent)}" fill="${look.fg}"${style} xml:space="preserve">${escapeXml(text)}</text>`;
	return line + glyphs;
};

type Bar = {width: number; height: number; fontSize: number; theme: Theme};

const titleBar = (title: string, {width, height, fontSize, theme}: Bar): string => {
	const lights = ['#e06c75', '#e5c07b', '#98c379']
		.map((fill, index) => `<circle cx="${22 + index * 18}" cy="${height / 2}" r="5.5" fill="${fill}"/>`)
		.join('');
	const text = `<text x="${width / 2}" y="${round(height / 2 + fontSize * 0.36)}" text-anchor="middle" fill="${theme.title}">${escapeXml(title)}</text>`;
	return `<path d="M0 ${height}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8V${height}Z" fill="${theme.frame}"/>${lights}${text}`;
};

const round = (value: number): number => Math.round(value * 100) / 100;

/** XML has no way to write most control characters: they are left out. */
const escapeXml = (text: string): string =>
	text
		.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
