/** Colours and glyphs of the screen: from the options, else from the environment. Pure. */
import type {Colors, GlyphSet} from '../../screen/index.tsx';
import type {ColorMode, ColorOptions} from '../../session/options.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Depth = Colors['depth'];

export const terminalColors = ({depth, background}: ColorOptions, env: Environment): Colors => ({
	depth: colorDepthOf(depth, env),
	background: background === 'auto' ? backgroundOf(env) : background,
});

/** Blocks, unless the locale names a character set other than UTF-8; without a locale it is unknown. */
export const glyphSetOf = ({LC_ALL, LC_CTYPE, LANG}: Environment): GlyphSet => {
	const locale = LC_ALL || LC_CTYPE || LANG || '';
	return locale === '' || /utf-?8/i.test(locale) ? 'blocks' : 'digits';
};

const colorDepthOf = (mode: ColorMode, env: Environment): Depth => {
	switch (mode) {
		case 'never':
			return 'none';
		case 'always':
			return atLeastSixteen(terminalDepth(env));
		case 'auto':
			return forcedDepth(env) ?? (env.NO_COLOR ? 'none' : terminalDepth(env));
		default:
			return mode;
	}
};

const atLeastSixteen = (depth: Depth): Depth => (depth === 'none' ? '16' : depth);

/** FORCE_COLOR overrides NO_COLOR, as in Node; null when it requests nothing. */
const forcedDepth = (env: Environment): Depth | null => {
	switch (env.FORCE_COLOR) {
		case undefined:
			return null;
		case '0':
		case 'false':
			return 'none';
		case '1':
			return '16';
		case '2':
			return '256';
		case '3':
			return 'truecolor';
		default:
			return atLeastSixteen(terminalDepth(env));
	}
};

/** Terminals with true colour that are known by TERM, since SSH does not pass COLORTERM on. */
const trueColorTerminals = /^(?:xterm-(?:kitty|ghostty)|alacritty|foot|wezterm|contour|.*-direct)/;
const monochrome = /^(?:dumb|vt[0-9]+|.*-m(?:ono)?)$/;
const trueColorPrograms: ReadonlySet<string> = new Set([
	'iTerm.app',
	'WezTerm',
	'vscode',
	'ghostty',
	'Hyper',
]);

const terminalDepth = ({TERM = '', COLORTERM, TERM_PROGRAM = '', TMUX}: Environment): Depth => {
	if (TERM === '' || monochrome.test(TERM)) return 'none';
	// screen(1) passes on COLORTERM of the outer terminal, and reads the numbers of a true colour as other
	// styles.
	const isScreen = TERM.startsWith('screen') && !TMUX;
	if (!isScreen) {
		if (COLORTERM === 'truecolor' || COLORTERM === '24bit') return 'truecolor';
		if (trueColorTerminals.test(TERM) || trueColorPrograms.has(TERM_PROGRAM)) return 'truecolor';
	}
	return /-256(?:color)?\b/.test(TERM) || TERM_PROGRAM === 'Apple_Terminal' ? '256' : '16';
};

/** The light ones of the 16 colours: backgrounds of dark text. */
const lightColors: ReadonlySet<string> = new Set(['7', '9', '10', '11', '12', '13', '14', '15']);

/**
 * COLORFGBG is "15;0" or "0;default;15": the last number is the background. The terminal is not queried with
 * a control sequence: over a slow line a late answer would be read as keys, at worst by the shell.
 */
const backgroundOf = ({COLORFGBG, TERM}: Environment): Colors['background'] => {
	const color = COLORFGBG?.split(';').at(-1) ?? '';
	if (/^\d{1,2}$/.test(color) && Number(color) < 16) return lightColors.has(color) ? 'light' : 'dark';
	// The background of the Linux console is black.
	return TERM === 'linux' ? 'dark' : 'unknown';
};
