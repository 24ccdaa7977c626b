/**
 * Renders a line that a program wrote for a terminal, as that terminal would show it: colors stay, carriage
 * returns, backspaces, tabs and moves within the line have their effect, and every other sequence does
 * nothing. Pure.
 */

import {createLineCanvas, type LineCanvas} from './line-canvas.ts';
import {sanitize} from './sanitize.ts';
import {applySgr, styleAfter, type TextStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {stableWidth} from './stable-width.ts';

/** Code units rendered of one line: no screen is wider, and sanitizing takes time. */
export const maxLineLength = 16 * 1024;

/**
 * @param line the program's line, without its line feed
 * @param style the style in effect at its beginning
 * @returns the line's spans from left to right; a text longer than `maxLineLength` ends with `…`
 */
export const renderTerminalLine = (line: string, style: TextStyle): Span[] => {
	const {text, style: initialStyle, isCut} = limitLine(line, style);
	const canvas = createLineCanvas();
	let current = initialStyle;
	let index = 0;
	for (const {at, end, effect: does} of parseControls(text)) {
		canvas.write(stableWidth(sanitize(text.slice(index, at))), current);
		if (does.type === 'style') current = applySgr(current, does.parameters);
		else if (does.type === 'move') does.move(canvas);
		index = end;
	}
	canvas.write(stableWidth(sanitize(text.slice(index))), current);
	const spans = canvas.spans();
	return isCut ? [...spans, {text: '…', style: current}] : spans;
};

/** Cuts a line that is too long: keeps the last drawings of a redrawn line, else its beginning. */
const limitLine = (whole: string, style: TextStyle): {text: string; style: TextStyle; isCut: boolean} => {
	if (whole.length <= maxLineLength) return {text: whole, style, isCut: false};
	const line = whole.replace(oversizedSgr, '$1m');
	if (line.length <= maxLineLength) return {text: line, style, isCut: false};
	const lastReturn = line.indexOf('\r', line.length - maxLineLength);
	if (lastReturn < 0 || lastReturn >= line.length - 1) {
		return {text: line.slice(0, maxLineLength), style, isCut: true};
	}
	return {text: line.slice(lastReturn), style: styleAfter(line.slice(0, lastReturn), style), isCut: false};
};

/** A parameter list longer than any real one: only its beginning counts. */
const oversizedSgr = /((?:\x1b\[|\x9b)[\d:;]{512})[\d:;]*m/g;

type Control = {
	at: number;
	end: number;
	effect:
		| {type: 'style'; parameters: string}
		| {type: 'move'; move(canvas: LineCanvas): void}
		| {type: 'nothing'};
};

/** Characters that move the cursor or begin a sequence; all others do nothing and are shown as escapes. */
const controlStart = /[\x08\t\r\x1b\x90\x98\x9b\x9d-\x9f]/g;

/** More controls than any line made for people has. */
const maxControls = 4096;

/** The moves and complete sequences of the text, in order; a sequence without an end is text. */
function* parseControls(text: string): Generator<Control> {
	// The end of an unterminated string is searched for once, not again at each of its characters.
	let lastEnd: number | null = null;
	let from = 0;
	for (let count = 0; count < maxControls; ) {
		controlStart.lastIndex = from;
		const at: number | undefined = controlStart.exec(text)?.index;
		if (at === undefined) return;
		const control = parseControl(text, at, start => {
			lastEnd ??= lastTerminator(text);
			return start <= lastEnd ? findTerminator(text, start) : null;
		});
		from = control?.end ?? at + 1;
		if (control === null) continue;
		count += 1;
		yield control;
	}
}

const parseControl = (
	text: string,
	at: number,
	findStringEnd: (start: number) => number | null,
): Control | null => {
	const move = cursorControls[text[at] ?? ''];
	if (move !== undefined) return {at, end: at + 1, effect: {type: 'move', move}};
	const {kind, start} = parseIntroducer(text, at);
	if (kind === 'csi') return parseCsi(text, at, start);
	const end = kind === 'string' ? findStringEnd(start) : kind === 'escape' ? start : null;
	return end === null ? null : {at, end, effect: {type: 'nothing'}};
};

const tabWidth = 8;

const cursorControls: Readonly<Record<string, (canvas: LineCanvas) => void>> = {
	'\r': canvas => canvas.moveTo(0),
	'\b': canvas => canvas.moveTo(canvas.column() - 1),
	'\t': canvas => canvas.moveTo(canvas.column() + tabWidth - (canvas.column() % tabWidth)),
};

type Introducer = {kind: 'csi' | 'string' | 'escape' | 'none'; start: number};

/** ECMA-48 §5.3 to §5.6: ESC and one character, or the same in one of C1. */
const parseIntroducer = (text: string, at: number): Introducer => {
	const isEscape = text[at] === '\x1b';
	const name = isEscape ? text[at + 1] : c1Introducers[text[at] ?? ''];
	const start = at + (isEscape ? 2 : 1);
	if (name === '[') return {kind: 'csi', start};
	if (name !== undefined && ']PX^_'.includes(name)) return {kind: 'string', start};
	if (!isEscape) return {kind: 'none', start};
	const rest = /[\x20-\x2f]{0,8}[\x30-\x7e]/y;
	rest.lastIndex = at + 1;
	return rest.test(text) ? {kind: 'escape', start: rest.lastIndex} : {kind: 'none', start};
};

const c1Introducers: Readonly<Record<string, string>> = {
	'\x90': 'P',
	'\x98': 'X',
	'\x9b': '[',
	'\x9d': ']',
	'\x9e': '^',
	'\x9f': '_',
};

/** CSI: parameters, intermediate characters, and the final character that names the function. */
const parseCsi = (text: string, at: number, start: number): Control | null => {
	const body = /([\x30-\x3f]*)([\x20-\x2f]*)([\x40-\x7e])/y;
	body.lastIndex = start;
	const [sequence, parameters = '', intermediates = '', final = ''] = body.exec(text) ?? [];
	if (sequence === undefined) return null;
	const end = start + sequence.length;
	if (intermediates !== '' || /[<=>?]/.test(parameters)) return {at, end, effect: {type: 'nothing'}};
	if (final === 'm') return {at, end, effect: {type: 'style', parameters}};
	const move = csiMoves[final];
	if (move === undefined) return {at, end, effect: {type: 'nothing'}};
	const count = Number(/^\d{1,6}/.exec(parameters)?.[0] ?? 0);
	return {at, end, effect: {type: 'move', move: canvas => move(canvas, count)}};
};

/**
 * The functions that stay within the line: cursor forward, back and to a column, erase in line. Moves to
 * other lines have no effect, and clearing the screen removes nothing here.
 */
const csiMoves: Readonly<Record<string, (canvas: LineCanvas, count: number) => void>> = {
	C: (canvas, count) => canvas.moveTo(canvas.column() + Math.max(1, count)),
	D: (canvas, count) => canvas.moveTo(canvas.column() - Math.max(1, count)),
	G: (canvas, count) => canvas.moveTo(Math.max(1, count) - 1),
	'`': (canvas, count) => canvas.moveTo(Math.max(1, count) - 1),
	K: (canvas, count) => canvas.erase(count),
};

/** Last position at which a string of the text could end; -1 for none. */
const lastTerminator = (text: string): number =>
	Math.max(text.lastIndexOf('\x07'), text.lastIndexOf('\x9c'), text.lastIndexOf('\x1b\\'));

/** A string ends with BEL or ST; any other escape or control aborts it, as in terminals. */
const findTerminator = (text: string, start: number): number | null => {
	const terminator = /[\x07\x1b\x9c]/g;
	terminator.lastIndex = start;
	const found = terminator.exec(text);
	if (found === null) return null;
	if (found[0] !== '\x1b') return found.index + 1;
	return text[found.index + 1] === '\\' ? found.index + 2 : null;
};
