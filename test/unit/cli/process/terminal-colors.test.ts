import {expect, it} from 'vitest';
import {glyphSetOf, terminalColors} from '../../../../source/cli/process/terminal-colors.ts';
import type {ColorMode} from '../../../../source/session/options.ts';

const depth = (wish: ColorMode, env: Record<string, string>): string =>
	terminalColors({depth: wish, background: 'auto'}, env).depth;

it.each<[string, Record<string, string>]>([
	['none', {}],
	['none', {TERM: 'dumb', COLORTERM: 'truecolor'}],
	['none', {TERM: 'vt220'}],
	['none', {TERM: 'xterm-mono'}],
	['16', {TERM: 'xterm'}],
	['16', {TERM: 'linux'}],
	['16', {TERM: 'screen'}],
	['256', {TERM: 'xterm-256color'}],
	['256', {TERM: 'tmux-256color'}],
	['256', {TERM: 'rxvt-unicode-256color'}],
	['256', {TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal'}],
	['truecolor', {TERM: 'xterm-256color', COLORTERM: 'truecolor'}],
	['truecolor', {TERM: 'xterm', COLORTERM: '24bit'}],
	['truecolor', {TERM: 'xterm-kitty'}],
	['truecolor', {TERM: 'xterm-direct'}],
	['truecolor', {TERM: 'xterm-256color', TERM_PROGRAM: 'vscode'}],
	['256', {TERM: 'screen-256color', COLORTERM: 'truecolor'}],
	['truecolor', {TERM: 'screen-256color', COLORTERM: 'truecolor', TMUX: '/tmux,1,0'}],
	['none', {TERM: 'xterm-256color', NO_COLOR: '1'}],
	['none', {TERM: 'xterm-256color', NO_COLOR: '0'}],
	['256', {TERM: 'xterm-256color', NO_COLOR: ''}],
	['none', {TERM: 'xterm-256color', FORCE_COLOR: '0'}],
	['none', {TERM: 'xterm-256color', FORCE_COLOR: 'false'}],
	['16', {TERM: 'dumb', FORCE_COLOR: '1'}],
	['256', {TERM: 'xterm', FORCE_COLOR: '2'}],
	['truecolor', {TERM: 'xterm', FORCE_COLOR: '3'}],
	['16', {TERM: 'dumb', FORCE_COLOR: ''}],
	['256', {TERM: 'xterm-256color', FORCE_COLOR: 'true'}],
	['16', {TERM: 'xterm', FORCE_COLOR: '1', NO_COLOR: '1'}],
])('auto: %s, by %o', (expected, env) => {
	expect(depth('auto', env)).toBe(expected);
});

it.each<[ColorMode, string, Record<string, string>]>([
	['never', 'none', {TERM: 'xterm-256color', FORCE_COLOR: '3'}],
	['always', '256', {TERM: 'xterm-256color', NO_COLOR: '1'}],
	['always', '16', {TERM: 'dumb'}],
	['16', '16', {TERM: 'xterm-256color', COLORTERM: 'truecolor'}],
	['256', '256', {TERM: 'xterm', NO_COLOR: '1'}],
	['truecolor', 'truecolor', {TERM: 'dumb'}],
])('the command line has priority over the environment: %s', (wish, expected, env) => {
	expect(depth(wish, env)).toBe(expected);
});

it.each([
	['dark', {COLORFGBG: '15;0'}],
	['light', {COLORFGBG: '0;15'}],
	['light', {COLORFGBG: '0;7'}],
	['dark', {COLORFGBG: '12;8'}],
	['light', {COLORFGBG: '0;default;15'}],
	['unknown', {COLORFGBG: '0;default'}],
	['unknown', {COLORFGBG: '7'.repeat(40)}],
	['unknown', {}],
	['dark', {TERM: 'linux'}],
] as const)('the background is %s by %o', (expected, env) => {
	expect(terminalColors({depth: 'auto', background: 'auto'}, env).background).toBe(expected);
	expect(terminalColors({depth: 'auto', background: 'light'}, env).background).toBe('light');
});

it.each([
	['blocks', {}],
	['blocks', {LANG: 'en_US.UTF-8'}],
	['blocks', {LANG: 'C', LC_ALL: 'C.utf8'}],
	['digits', {LANG: 'C'}],
	['digits', {LANG: 'en_US.UTF-8', LC_ALL: 'POSIX'}],
	['digits', {LC_CTYPE: 'de_DE.ISO-8859-1'}],
] as const)('sparklines are %s by %o', (expected, env) => {
	expect(glyphSetOf(env)).toBe(expected);
});
