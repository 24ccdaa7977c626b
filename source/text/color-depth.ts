/** Converts colors for a terminal that has fewer of them. */
import type {Color, TextStyle} from './sgr.ts';

export type ColorDepth = 'none' | '16' | '256' | 'truecolor';

type Rgb = readonly [red: number, green: number, blue: number];

/** The sixteen colors of xterm, used to find the nearest name; a terminal may have others. */
const ansiColors: readonly Rgb[] = [
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

/** The steps of the 6 × 6 × 6 color cube at indexes 16 to 231. */
const cubeSteps: readonly number[] = [0, 95, 135, 175, 215, 255];

/** 24 greys start here. */
const firstGray = 232;

/** @returns the style with the nearest colors of that depth; with 'none' the style without colors */
export const toColorDepth = (style: TextStyle, depth: ColorDepth): TextStyle => {
	if (depth === 'truecolor' || (style.fg === null && style.bg === null)) return style;
	return {...style, fg: nearestColor(style.fg, depth), bg: nearestColor(style.bg, depth)};
};

const nearestColor = (color: Color | null, depth: Exclude<ColorDepth, 'truecolor'>): Color | null => {
	if (color === null || depth === 'none') return null;
	if (typeof color === 'number')
		return depth === '256' || color < 16 ? color : nearestIndex(rgbOf(color), ansiColors);
	const rgb = parseHex(color);
	return depth === '16' ? nearestIndex(rgb, ansiColors) : nearestOf256(rgb);
};

const parseHex = (color: string): Rgb => {
	const value = Number.parseInt(color.slice(1), 16);
	return [value >> 16, (value >> 8) & 0xff, value & 0xff];
};

/** @param index of the 256 colors, from 16 on */
const rgbOf = (index: number): Rgb => {
	if (index >= firstGray) {
		const gray = 8 + 10 * (index - firstGray);
		return [gray, gray, gray];
	}
	const cubeIndex = index - 16;
	return [
		stepValue(Math.floor(cubeIndex / 36)),
		stepValue(Math.floor(cubeIndex / 6) % 6),
		stepValue(cubeIndex % 6),
	];
};

const stepValue = (step: number): number => cubeSteps[step] ?? 0;

const nearestOf256 = (rgb: Rgb): number => {
	const [red, green, blue] = rgb.map(nearestStep);
	const inCube = 16 + 36 * (red ?? 0) + 6 * (green ?? 0) + (blue ?? 0);
	const mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
	const gray = firstGray + Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
	return distance(rgb, rgbOf(gray)) < distance(rgb, rgbOf(inCube)) ? gray : inCube;
};

const nearestStep = (value: number): number =>
	cubeSteps.reduce(
		(best, step, index) => (Math.abs(step - value) < Math.abs(stepValue(best) - value) ? index : best),
		0,
	);

const nearestIndex = (rgb: Rgb, colors: readonly Rgb[]): number =>
	colors.reduce(
		(best, color, index) => (distance(rgb, color) < distance(rgb, colors[best] ?? color) ? index : best),
		0,
	);

const distance = (one: Rgb, other: Rgb): number =>
	(one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
