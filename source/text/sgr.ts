/**
 * The style of text as a program sets it for a terminal: SGR, "select graphic rendition" (ECMA-48 §8.3.117, ISO 8613-6
 * for colours of more than eight).
 */

/** One of the terminal's 256 colours, the first sixteen by its own palette; or `#rrggbb`. */
export type Color = number | `#${string}`;

export type TextStyle = {
	/** null is the terminal's default. */
	readonly fg: Color | null;
	readonly bg: Color | null;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly italic: boolean;
	readonly underline: boolean;
	readonly inverse: boolean;
	readonly strike: boolean;
};

export const plainStyle: TextStyle = {
	fg: null,
	bg: null,
	bold: false,
	dim: false,
	italic: false,
	underline: false,
	inverse: false,
	strike: false,
};

/** More parameters than any program needs: the rest of a longer list is ignored, as in terminals. */
const maxParameters = 64;

/**
 * Applies an SGR sequence to a style. Blinking and hidden text, fonts and underline colors are ignored, as
 * are sequences that no terminal understands.
 *
 * @param parameters the text between `ESC [` and `m`, e.g. `1;38;5;208`
 * @returns the new style; the same object where nothing changes
 */
export const applySgr = (style: TextStyle, parameters: string): TextStyle => {
	if (!/^[\d:;]*$/.test(parameters)) return style;
	const codes = parameters.split(';', maxParameters);
	let result = style;
	for (let index = 0; index < codes.length; index += 1) {
		const [code = '', ...sub] = (codes[index] ?? '').split(':', maxParameters);
		const number = Number(code);
		if (number !== 38 && number !== 48 && number !== 58) {
			result = applyChange(result, sgrChange(number, sub));
			continue;
		}
		// `38:5:n` and `38:2::r:g:b` hold their own arguments; the older form takes the parameters that follow.
		const {colour: color, taken: consumed} =
			sub.length > 0
				? {colour: parseColonColor(sub), taken: 0}
				: parseLegacyColor(codes.slice(index + 1, index + 5));
		index += consumed;
		if (color === null || number === 58) continue;
		result = applyChange(result, number === 38 ? {fg: color} : {bg: color});
	}
	return result;
};

const sgrChange = (code: number, sub: readonly string[]): Partial<TextStyle> => {
	if (code === 4) return {underline: sub[0] === undefined || Number(sub[0]) !== 0};
	if (code >= 30 && code <= 37) return {fg: code - 30};
	if (code >= 40 && code <= 47) return {bg: code - 40};
	if (code >= 90 && code <= 97) return {fg: code - 90 + 8};
	if (code >= 100 && code <= 107) return {bg: code - 100 + 8};
	return simpleCodes.get(code) ?? {};
};

const simpleCodes: ReadonlyMap<number, Partial<TextStyle>> = new Map<number, Partial<TextStyle>>([
	[0, plainStyle],
	[1, {bold: true}],
	[2, {dim: true}],
	[3, {italic: true}],
	[7, {inverse: true}],
	[9, {strike: true}],
	[21, {underline: true}],
	[22, {bold: false, dim: false}],
	[23, {italic: false}],
	[24, {underline: false}],
	[27, {inverse: false}],
	[29, {strike: false}],
	[39, {fg: null}],
	[49, {bg: null}],
]);

/** `5:n`, `2:r:g:b`, and with a color space number before the three: `2::r:g:b`. */
const parseColonColor = ([kind, ...values]: readonly string[]): Color | null => {
	if (kind === '5') return indexedColor(values[0]);
	if (kind !== '2') return null;
	return toTrueColor(values.length > 3 ? values.slice(1) : values);
};

const parseLegacyColor = ([kind, ...values]: readonly string[]): {colour: Color | null; taken: number} => {
	if (kind === '5') return {colour: indexedColor(values[0]), taken: 2};
	if (kind === '2') return {colour: toTrueColor(values), taken: 4};
	return {colour: null, taken: 0};
};

const indexedColor = (text: string | undefined): Color | null => (text === undefined ? null : byteOf(text));

const toTrueColor = ([red, green, blue]: readonly string[]): Color | null => {
	const parts = [red, green, blue].map(byteOf);
	if (parts.includes(null)) return null;
	return `#${parts.map(part => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
};

/** A missing number is 0. */
const byteOf = (text: string | undefined): number | null => {
	const value = Number(text ?? '');
	return value <= 255 ? value : null;
};

const applyChange = (style: TextStyle, change: Partial<TextStyle>): TextStyle => {
	const next = {...style, ...change};
	if (sameStyle(next, style)) return style;
	return sameStyle(next, plainStyle) ? plainStyle : next;
};

export const sameStyle = (one: TextStyle, other: TextStyle): boolean =>
	one === other ||
	(one.fg === other.fg &&
		one.bg === other.bg &&
		one.bold === other.bold &&
		one.dim === other.dim &&
		one.italic === other.italic &&
		one.underline === other.underline &&
		one.inverse === other.inverse &&
		one.strike === other.strike);

const sgrSequence = /(?:\x1b\[|\x9b)([\d:;]*)m/g;

/** @returns the style in effect after a program's text, e.g. at the beginning of the next line */
export const styleAfter = (text: string, style: TextStyle): TextStyle => {
	if (!text.includes('\x1b') && !text.includes('\x9b')) return style;
	let result = style;
	for (const [, parameters = ''] of text.matchAll(sgrSequence)) result = applySgr(result, parameters);
	return result;
};

/** @returns the sequence that sets this style on a plain terminal; '' for the plain style */
export const sgrOf = (style: TextStyle): string => {
	const codes = [
		...(style.bold ? ['1'] : []),
		...(style.dim ? ['2'] : []),
		...(style.italic ? ['3'] : []),
		...(style.underline ? ['4'] : []),
		...(style.inverse ? ['7'] : []),
		...(style.strike ? ['9'] : []),
		...(style.fg === null ? [] : [colorCode(style.fg, 30)]),
		...(style.bg === null ? [] : [colorCode(style.bg, 40)]),
	];
	return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`;
};

const colorCode = (color: Color, base: 30 | 40): string => {
	if (typeof color === 'string') {
		const parts = [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));
		return `${base + 8};2;${parts.join(';')}`;
	}
	if (color < 8) return String(base + color);
	return color < 16 ? String(base + 60 + color - 8) : `${base + 8};5;${color}`;
};
