/**
 * A line that a program wrote for a terminal, as that terminal would show it: colours stay, carriage returns,
 * backspaces, tabs and moves within the line do what they do there, and every other sequence does nothing. Pure.
 */

import {type Canvas, createCanvas} from './line-canvas.ts';
import {sanitize} from './sanitize.ts';
import {applySgr, styleAfter, type TextStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {steady} from './stable-width.ts';

/** Code units looked at of one line: no screen is wider, and cleaning has its price. */
export const lineLimit = 16 * 1024;

/**
 * @param line without its line feed, as the program wrote it
 * @param style that holds where it begins
 * @returns its text from left to right; a text that is longer than `lineLimit` ends with `…`
 */
export const terminalLine = (line: string, style: TextStyle): Span[] => {
	const {text, style: begun, isCut} = bounded(line, style);
	const canvas = createCanvas();
	let current = begun;
	let index = 0;
	for (const {at, end, does} of controls(text)) {
		canvas.write(steady(sanitize(text.slice(index, at))), current);
		if (does.type === 'style') current = applySgr(current, does.parameters);
		else if (does.type === 'move') does.move(canvas);
		index = end;
	}
	canvas.write(steady(sanitize(text.slice(index))), current);
	const spans = canvas.spans();
	return isCut ? [...spans, {text: '…', style: current}] : spans;
};

/** Of a line that is too long, what was drawn last where it was drawn again and again; else its beginning. */
const bounded = (whole: string, style: TextStyle): {text: string; style: TextStyle; isCut: boolean} => {
	if (whole.length <= lineLimit) return {text: whole, style, isCut: false};
	const line = whole.replace(giantStyle, '$1m');
	if (line.length <= lineLimit) return {text: line, style, isCut: false};
	const redrawn = line.indexOf('\r', line.length - lineLimit);
	if (redrawn < 0 || redrawn >= line.length - 1) {
		return {text: line.slice(0, lineLimit), style, isCut: true};
	}
	return {text: line.slice(redrawn), style: styleAfter(line.slice(0, redrawn), style), isCut: false};
};

/** A list of parameters that is longer than the text it is for: its beginning is what counts. */
const giantStyle = /((?:\x1b\[|\x9b)[\d:;]{512})[\d:;]*m/g;

type Control = {
	at: number;
	end: number;
	does: {type: 'style'; parameters: string} | {type: 'move'; move(canvas: Canvas): void} | {type: 'nothing'};
};

/** What moves, and what begins a sequence; the others do nothing and are shown as escapes. */
const beginning = /[\x08\t\r\x1b\x90\x98\x9b\x9d-\x9f]/g;

/** A line with more of them was not made for people. */
const mostControls = 4096;

/** The moves and the whole sequences of the text, in order; a sequence without its end is text. */
function* controls(text: string): Generator<Control> {
	// A string without its end must not be looked for again at each of its characters.
	let lastEnd: number | null = null;
	let from = 0;
	for (let count = 0; count < mostControls; ) {
		beginning.lastIndex = from;
		const at: number | undefined = beginning.exec(text)?.index;
		if (at === undefined) return;
		const control = controlAt(text, at, start => {
			lastEnd ??= lastStringEnd(text);
			return start <= lastEnd ? stringEnd(text, start) : null;
		});
		from = control?.end ?? at + 1;
		if (control === null) continue;
		count += 1;
		yield control;
	}
}

const controlAt = (text: string, at: number, endOf: (start: number) => number | null): Control | null => {
	const move = moves[text[at] ?? ''];
	if (move !== undefined) return {at, end: at + 1, does: {type: 'move', move}};
	const {kind, start} = introducer(text, at);
	if (kind === 'csi') return csi(text, at, start);
	const end = kind === 'string' ? endOf(start) : kind === 'escape' ? start : null;
	return end === null ? null : {at, end, does: {type: 'nothing'}};
};

const tabWidth = 8;

const moves: Readonly<Record<string, (canvas: Canvas) => void>> = {
	'\r': canvas => canvas.moveTo(0),
	'\b': canvas => canvas.moveTo(canvas.column() - 1),
	'\t': canvas => canvas.moveTo(canvas.column() + tabWidth - (canvas.column() % tabWidth)),
};

type Introducer = {kind: 'csi' | 'string' | 'escape' | 'none'; start: number};

/** ECMA-48 §5.3 to §5.6: ESC and one character, or the same in one of C1. */
const introducer = (text: string, at: number): Introducer => {
	const isEscape = text[at] === '\x1b';
	const name = isEscape ? text[at + 1] : c1Names[text[at] ?? ''];
	const start = at + (isEscape ? 2 : 1);
	if (name === '[') return {kind: 'csi', start};
	if (name !== undefined && ']PX^_'.includes(name)) return {kind: 'string', start};
	if (!isEscape) return {kind: 'none', start};
	const rest = /[\x20-\x2f]{0,8}[\x30-\x7e]/y;
	rest.lastIndex = at + 1;
	return rest.test(text) ? {kind: 'escape', start: rest.lastIndex} : {kind: 'none', start};
};

const c1Names: Readonly<Record<string, string>> = {
	'\x90': 'P',
	'\x98': 'X',
	'\x9b': '[',
	'\x9d': ']',
	'\x9e': '^',
	'\x9f': '_',
};

/** CSI: parameters, intermediate characters, and the one that says what it is. */
const csi = (text: string, at: number, start: number): Control | null => {
	const body = /([\x30-\x3f]*)([\x20-\x2f]*)([\x40-\x7e])/y;
	body.lastIndex = start;
	const [whole, parameters = '', between = '', final = ''] = body.exec(text) ?? [];
	if (whole === undefined) return null;
	const end = start + whole.length;
	if (between !== '' || /[<=>?]/.test(parameters)) return {at, end, does: {type: 'nothing'}};
	if (final === 'm') return {at, end, does: {type: 'style', parameters}};
	const move = lineMoves[final];
	if (move === undefined) return {at, end, does: {type: 'nothing'}};
	const count = Number(/^\d{1,6}/.exec(parameters)?.[0] ?? 0);
	return {at, end, does: {type: 'move', move: canvas => move(canvas, count)}};
};

/**
 * What stays within the line: cursor forward, back and to a column, erase in line. Other lines are not reached, and a
 * screen that is cleared loses nothing here.
 */
const lineMoves: Readonly<Record<string, (canvas: Canvas, count: number) => void>> = {
	C: (canvas, count) => canvas.moveTo(canvas.column() + Math.max(1, count)),
	D: (canvas, count) => canvas.moveTo(canvas.column() - Math.max(1, count)),
	G: (canvas, count) => canvas.moveTo(Math.max(1, count) - 1),
	'`': (canvas, count) => canvas.moveTo(Math.max(1, count) - 1),
	K: (canvas, count) => canvas.erase(count),
};

/** Where the last string of the text could end; -1 where none does. */
const lastStringEnd = (text: string): number =>
	Math.max(text.lastIndexOf('\x07'), text.lastIndexOf('\x9c'), text.lastIndexOf('\x1b\\'));

/** A string ends with BEL or ST; any other escape or control breaks it off, as it does in terminals. */
const stringEnd = (text: string, start: number): number | null => {
	const terminator = /[\x07\x1b\x9c]/g;
	terminator.lastIndex = start;
	const found = terminator.exec(text);
	if (found === null) return null;
	if (found[0] !== '\x1b') return found.index + 1;
	return text[found.index + 1] === '\\' ? found.index + 2 : null;
};
