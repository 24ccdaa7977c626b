/**
 * Ink's incremental output, compared with the same frame drawn afresh: by another way (`renderToString`), on an empty
 * terminal. Random changes at random times, sizes that are reported late, stops and redraws between them.
 */
import {PassThrough} from 'node:stream';
import xterm, {type Terminal} from '@xterm/headless';
import fc from 'fast-check';
import {renderToString} from 'ink';
import {useSyncExternalStore} from 'react';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {FrameView} from '../../../../source/screen/app.tsx';
import type {Frame} from '../../../../source/screen/frame/types.ts';
import type {Line} from '../../../../source/screen/lines/segments.ts';
import {startDrawing} from '../../../../source/screen/terminal/drawing.tsx';
import type {Size} from '../../../../source/screen/terminal/size.ts';
import {splitGraphemes, widthOf} from '../../../../source/text/width.ts';
import {countGraphemes} from '../../../helpers/terminal/count-graphemes.ts';
import {anyLine, anyStep, frameOf, linesAfter, type Step} from '../../../helpers/terminal/random-frames.ts';
import {cellsOf} from '../../../helpers/terminal/terminal-cells.ts';

beforeEach(() => {
	vi.useFakeTimers({
		toFake: [
			...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
			...(['setImmediate', 'clearImmediate', 'Date', 'performance'] as const),
		],
	});
});
afterEach(() => {
	vi.useRealTimers();
});

// The line feeds of a terminal in raw mode are made CR LF by its driver (ONLCR), which is not there here.
const makeTerminal = ({columns, rows}: Size): Terminal =>
	new xterm.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true});

const graphemeTerminal = (size: Size): Terminal => {
	const terminal = makeTerminal(size);
	countGraphemes(terminal);
	return terminal;
};

/** How a terminal counts cells: by grapheme, or by each character, as older ones do. */
const terminals = [
	{counts: 'graphemes', make: graphemeTerminal, numRuns: 36, atLeast: 1000},
	{counts: 'characters', make: makeTerminal, numRuns: 12, atLeast: 300},
];

/** Longer than Ink delays a frame. */
const settledMs = 60;

const write = async (terminal: Terminal, text: string): Promise<void> => {
	const done = new Promise<void>(resolve => terminal.write(text, resolve));
	await vi.advanceTimersByTimeAsync(1);
	await done;
};

/** A frame on an empty terminal, each character put where it belongs. */
const drawnAfresh = async (frame: Frame, terminal: Terminal): Promise<string[]> => {
	const drawn = renderToString(<FrameView frame={frame} />, {columns: frame.size.columns});
	await write(terminal, drawn.split('\n').map(inPlace).join(''));
	const cells = cellsOf(terminal);
	terminal.dispose();
	return cells;
};

const inPlace = (line: string, row: number): string => {
	let column = 1;
	const pieces = line.match(/\x1b\[[\d;]*m|[^\x1b]+/g) ?? [];
	const placed = pieces.map(piece => {
		if (piece.startsWith('\x1b')) return piece;
		return splitGraphemes(piece)
			.map(character => {
				const at = column;
				column += widthOf(character);
				return `\x1b[${row + 1};${at}H${character}`;
			})
			.join('');
	});
	return `\x1b[?7l\x1b[0m${placed.join('')}`;
};

type Source = {subscribe(listener: () => void): () => void; frame(): Frame};

const Shown = ({source: {subscribe, frame}}: {source: Source}) => (
	<FrameView frame={useSyncExternalStore(subscribe, frame)} />
);

/** A drawing on an emulated terminal; output reaches it in the order of the writes. */
const startDrawn = (make: (size: Size) => Terminal, first: readonly Line[]) => {
	const listeners = new Set<() => void>();
	const source: Source = {
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		frame: () => frame,
	};
	let size: Size = {columns: 80, rows: 24};
	let lines = first;
	let frame = frameOf(lines, size);
	const emulator = make(size);
	let happened: (string | Size)[] = [];
	let sizeChanged = (): void => {};
	const stdout = {
		...size,
		write: (text: string) => happened.push(text),
	};
	const show = (): void => {
		frame = frameOf(lines, size);
		for (const listener of listeners) listener();
	};
	const drawing = startDrawing({
		tree: () => <Shown source={source} />,
		onResize(next) {
			size = next;
			show();
		},
		watchSize(listener) {
			sizeChanged = listener;
			return () => undefined;
		},
		onError(error) {
			throw error;
		},
		stdin: new PassThrough(),
		stdout,
	});
	const emitResize = (): void => {
		if (isReported) return;
		isReported = true;
		Object.assign(stdout, actual);
		sizeChanged();
	};
	let actual = size;
	let isReported = true;

	return {
		async take(step: Step): Promise<void> {
			lines = linesAfter(lines, step);
			switch (step.type) {
				case 'edit':
				case 'all':
					show();
					break;
				case 'resize':
					happened.push(step.size);
					actual = step.size;
					isReported = false;
					if (step.isReported) emitResize();
					break;
				case 'redraw':
					drawing.redraw();
					break;
				case 'stop':
					drawing.release();
					happened.push('\x1b[31m$ fg\r\n');
					Object.assign(stdout, actual);
					isReported = true;
					drawing.reclaim();
					break;
				case 'wait':
					await vi.advanceTimersByTimeAsync(step.ms);
					break;
				case 'compare':
					await this.expectSame();
					break;
			}
		},
		async expectSame(): Promise<void> {
			emitResize();
			await vi.advanceTimersByTimeAsync(settledMs);
			const written = happened;
			happened = [];
			for (const event of written) {
				if (typeof event === 'string') await write(emulator, event);
				else emulator.resize(event.columns, event.rows);
			}
			expect(emulator.buffer.active.type).toBe('alternate');
			expect(cellsOf(emulator)).toEqual(await drawnAfresh(frame, make(size)));
		},
		async end(): Promise<void> {
			drawing.close();
			await vi.advanceTimersByTimeAsync(settledMs);
			await drawing.exited;
			emulator.dispose();
		},
	};
};

describe.each(terminals)('on a terminal that counts $counts', ({make, numRuns, atLeast}) => {
	it(`incremental drawing equals a fresh one, after over ${atLeast} changes and sizes`, async () => {
		let changes = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(anyLine, {maxLength: 40}),
				fc.array(anyStep, {minLength: 42, maxLength: 48}),
				async (first, steps) => {
					const drawn = startDrawn(make, first);
					try {
						for (const step of steps) {
							await drawn.take(step);
							if (step.type !== 'wait' && step.type !== 'compare') changes += 1;
						}
						await drawn.expectSame();
					} finally {
						await drawn.end();
					}
				},
			),
			{numRuns, endOnFailure: true},
		);
		expect(changes).toBeGreaterThan(atLeast);
	}, 300_000);
});
