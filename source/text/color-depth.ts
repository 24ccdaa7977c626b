/** Colours in a terminal that has fewer of them. */
import type {Colour, TextStyle} from './sgr.ts';

export type Depth = 'none' | '16' | '256' | 'truecolor';

type Rgb = readonly [red: number, green: number, blue: number];

/** The sixteen of xterm; a terminal may have others, and by these the nearest name is found. */
const sixteen: readonly Rgb[] = [
	...([
		[0, 0, 0],
		[205, 0, 0],
		[0, 205, 0],
		[205, 205, 0],
	] as const),
	...([
		[0, 0, 238],
		[205, 0, 205],
		[0, 205, 205],
		[229, 229, 229],
	] as const),
	...([
		[127, 127, 127],
		[255, 0, 0],
		[0, 255, 0],
		[255, 255, 0],
	] as const),
	...([
		[92, 92, 255],
		[255, 0, 255],
		[0, 255, 255],
		[255, 255, 255],
	] as const),
];

/** The steps of the cube of 6 × 6 × 6 colours that stand at 16 to 231. */
const steps: readonly number[] = [0, 95, 135, 175, 215, 255];

/** From 232 on: 24 greys. */
const firstGrey = 232;

/** @returns the style with the nearest colours that the terminal has; with 'none' only what is no colour */
export const inDepth = (style: TextStyle, depth: Depth): TextStyle => {
	if (depth === 'truecolor' || (style.fg === null && style.bg === null)) return style;
	return {...style, fg: nearest(style.fg, depth), bg: nearest(style.bg, depth)};
};

const nearest = (colour: Colour | null, depth: Exclude<Depth, 'truecolor'>): Colour | null => {
	if (colour === null || depth === 'none') return null;
	if (typeof colour === 'number')
		return depth === '256' || colour < 16 ? colour : nearestOf(rgbOf(colour), sixteen);
	const rgb = parsed(colour);
	return depth === '16' ? nearestOf(rgb, sixteen) : nearestOf256(rgb);
};

const parsed = (colour: string): Rgb => {
	const value = Number.parseInt(colour.slice(1), 16);
	return [value >> 16, (value >> 8) & 0xff, value & 0xff];
};

/** @param index of the 256, from 16 on */
const rgbOf = (index: number): Rgb => {
	if (index >= firstGrey) {
		const grey = 8 + 10 * (index - firstGrey);
		return [grey, grey, grey];
	}
	const place = index - 16;
	return [at(Math.floor(place / 36)), at(Math.floor(place / 6) % 6), at(place % 6)];
};

const at = (step: number): number => steps[step] ?? 0;

const nearestOf256 = (rgb: Rgb): number => {
	const [red, green, blue] = rgb.map(nearestStep);
	const inCube = 16 + 36 * (red ?? 0) + 6 * (green ?? 0) + (blue ?? 0);
	const mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
	const grey = firstGrey + Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
	return distance(rgb, rgbOf(grey)) < distance(rgb, rgbOf(inCube)) ? grey : inCube;
};

const nearestStep = (value: number): number =>
	steps.reduce(
		(best, step, index) => (Math.abs(step - value) < Math.abs(at(best) - value) ? index : best),
		0,
	);

const nearestOf = (rgb: Rgb, colours: readonly Rgb[]): number =>
	colours.reduce(
		(best, colour, index) => (distance(rgb, colour) < distance(rgb, colours[best] ?? colour) ? index : best),
		0,
	);

const distance = (one: Rgb, other: Rgb): number =>
	(one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
