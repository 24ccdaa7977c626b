import {describe, expect, it} from 'vitest';
import {
	backgrounds,
	coloredTones,
	type PaletteColor,
	palettes,
} from '../../../../source/screen/theme/palettes.ts';

/**
 * The defaults of terminals: background, and the named colours that the palettes use. From the files and manuals of
 * their projects: xterm, VS Code, Solarized, Terminal.app, GNOME, Ubuntu.
 */
const terminals = [
	{
		name: 'xterm, white on black',
		kind: 'dark',
		background: '#000000',
		named: {
			redBright: '#ff0000',
			red: '#cd0000',
			green: '#00cd00',
			yellow: '#cdcd00',
			magenta: '#cd00cd',
			cyan: '#00cdcd',
		},
	},
	{
		name: 'VS Code, dark',
		kind: 'dark',
		background: '#1e1e1e',
		named: {
			redBright: '#f14c4c',
			red: '#cd3131',
			green: '#0dbc79',
			yellow: '#e5e510',
			magenta: '#bc3fbc',
			cyan: '#11a8cd',
		},
	},
	{
		name: 'Solarized, dark',
		kind: 'dark',
		background: '#002b36',
		named: {
			redBright: '#cb4b16',
			red: '#dc322f',
			green: '#859900',
			yellow: '#b58900',
			magenta: '#d33682',
			cyan: '#2aa198',
		},
	},
	{
		name: 'Terminal.app, Pro',
		kind: 'dark',
		background: '#000000',
		named: {
			redBright: '#e50000',
			red: '#990000',
			green: '#00a600',
			yellow: '#999900',
			magenta: '#b200b2',
			cyan: '#00a6b2',
		},
	},
	{
		name: 'GNOME, dark',
		kind: 'dark',
		background: '#171421',
		named: {
			redBright: '#f66151',
			red: '#c01c28',
			green: '#26a269',
			yellow: '#a2734c',
			magenta: '#a347ba',
			cyan: '#2aa1b3',
		},
	},
	{
		name: 'Ubuntu',
		kind: 'dark',
		background: '#300a24',
		named: {
			redBright: '#ef2929',
			red: '#cc0000',
			green: '#4e9a06',
			yellow: '#c4a000',
			magenta: '#75507b',
			cyan: '#06989a',
		},
	},
	{
		name: 'xterm, black on white',
		kind: 'light',
		background: '#ffffff',
		named: {red: '#cd0000', blue: '#0000ee', magenta: '#cd00cd'},
	},
	{
		name: 'VS Code, light',
		kind: 'light',
		background: '#ffffff',
		named: {red: '#cd3131', blue: '#0451a5', magenta: '#bc05bc'},
	},
	{
		name: 'Solarized, light',
		kind: 'light',
		background: '#fdf6e3',
		named: {red: '#dc322f', blue: '#268bd2', magenta: '#d33682'},
	},
	{
		name: 'Terminal.app, Basic',
		kind: 'light',
		background: '#ffffff',
		named: {red: '#990000', blue: '#0000b2', magenta: '#b200b2'},
	},
	{
		name: 'GNOME, light',
		kind: 'light',
		background: '#ffffff',
		named: {red: '#c01c28', blue: '#12488b', magenta: '#a347ba'},
	},
] as const;

const channels = (hex: string): number[] => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));

/** WCAG 2.2: relative luminance, and the contrast of two colours, 1 to 21. */
const luminance = (hex: string): number => {
	const [red = 0, green = 0, blue = 0] = channels(hex)
		.map(value => value / 255)
		.map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
	const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
};

/** The colours of the cube and the greys, as in every terminal with 256 colours. */
const ofIndex = (index: number): string => {
	const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
	const at = index - 16;
	const rgb =
		index >= 232
			? Array.from({length: 3}, () => 8 + (index - 232) * 10)
			: [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level);
	return `#${rgb.map(value => value.toString(16).padStart(2, '0')).join('')}`;
};

const forms: [string, (shade: PaletteColor) => string][] = [
	['truecolor', ({rgb, index}) => rgb ?? ofIndex(index)],
	['256', ({index}) => ofIndex(index)],
];

describe.each(forms)('with %s', (_depth, hexOf) => {
	it.each(terminals)(
		'each tone is legible in $name: 4.5 where it is known to be $kind, 3 where not',
		terminal => {
			for (const background of backgrounds) {
				if (background !== 'unknown' && background !== terminal.kind) continue;
				const least = background === 'unknown' ? 3 : 4.5;
				for (const tone of coloredTones) {
					const measured = contrast(hexOf(palettes[background][tone]), terminal.background);
					expect({tone, background, legible: measured >= least, measured}).toMatchObject({legible: true});
				}
			}
		},
	);

	it('the tones of one palette differ from each other', () => {
		for (const background of backgrounds) {
			const shades = coloredTones.map(tone => hexOf(palettes[background][tone]));
			expect(new Set(shades).size).toBe(coloredTones.length);
		}
	});
});

describe('with the sixteen', () => {
	it.each(terminals)(
		"each tone that takes one of them has 3 or more in $name's own colours",
		({kind, background, named}) => {
			const known: Readonly<Record<string, string>> = named;
			for (const tone of coloredTones) {
				const name = palettes[kind][tone].named;
				if (name === null) continue;
				const measured = contrast(known[name] ?? background, background);
				expect({tone, name, legible: measured >= 3, measured}).toMatchObject({legible: true});
			}
		},
	);
});
