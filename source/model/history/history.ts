/**
 * Each row's rates and buffers of the last minute, one value a second. Only rows with bytes are tracked, up
 * to a limit, in a few large arrays: 720 bytes a row. Pure.
 */

import type {Row} from '../../domain/row.ts';
import {type HistoryView, historySeconds, historySeries} from '../../domain/view/history.ts';
import type {Rows} from '../table/rows.ts';

export type Histories = HistoryView & {
	/**
	 * Stores the values of the second just past, once for each second.
	 *
	 * @param now ms since the epoch
	 * @returns whether a second has passed
	 */
	tick(now: number): boolean;
};

type Slot = {
	readonly row: Row;
	readonly index: number;
	/** The newest stored second, and the newest with bytes. */
	lastSecond: number;
	lastBusySecond: number;
};

/** An older view of kernel or process does not describe the second just past, in ms. */
const freshMs = 2000;
const slotLength = historySeries.length * historySeconds;
const slotsInBlock = 256;

/** @param limit maximum of tracked rows */
export const createHistories = (rows: Rows, limit: number): Histories => {
	const slots = new Map<string, Slot>();
	const blocks: Uint16Array[] = [];
	const free: number[] = [];
	/** Rows changed since the last tick: candidates for their first bytes. */
	const changed = new Set<Row>();
	let used = 0;
	let second = Number.NEGATIVE_INFINITY;
	let untrackedRows = 0;

	rows.onTouch(({row}) => {
		if (!slots.has(row.id)) changed.add(row);
	});
	rows.onRemove(({row}) => {
		changed.delete(row);
		release(row.id);
	});

	const release = (id: string): void => {
		const slot = slots.get(id);
		if (slot === undefined) return;
		slots.delete(id);
		free.push(slot.index);
	};

	const allocate = (row: Row): void => {
		const index = free.pop() ?? (used < limit ? used++ : null);
		if (index === null) {
			untrackedRows++;
			return;
		}
		const block = Math.floor(index / slotsInBlock);
		blocks[block] ??= new Uint16Array(slotsInBlock * slotLength);
		blocks[block].fill(0, offsetOf(index), offsetOf(index) + slotLength);
		slots.set(row.id, {row, index, lastSecond: second - 1, lastBusySecond: second});
	};

	/** @param observed a value for each series; @returns whether any is above zero */
	const write = (slot: Slot, observed: readonly (number | null)[]): void => {
		const block = blocks[Math.floor(slot.index / slotsInBlock)];
		if (block === undefined) return;
		const offset = offsetOf(slot.index);
		const skipped = Math.min(second - slot.lastSecond - 1, historySeconds);
		for (const [at, value] of observed.entries()) {
			const start = offset + at * historySeconds;
			for (let back = 1; back <= skipped; back++) block[start + ringIndex(second - back)] = notObserved;
			block[start + ringIndex(second)] = encode(value);
		}
		slot.lastSecond = second;
		if (observed.some(value => value !== null && value > 0)) slot.lastBusySecond = second;
	};

	const {of, freeze} = createHistoryView(slots, blocks, () => untrackedRows);
	return {
		of,
		freeze,
		get untrackedRows() {
			return untrackedRows;
		},
		tick(now) {
			const next = Math.floor(now / 1000);
			if (next <= second) return false;
			second = next;
			for (const row of changed) if (hasBytes(row)) allocate(row);
			changed.clear();
			for (const slot of slots.values()) {
				const {row} = slot;
				// A closed row keeps its last minute.
				if (row.closedAt !== null) continue;
				write(slot, observe(row, now));
				if (second - slot.lastBusySecond >= historySeconds) release(row.id);
			}
			return slots.size > 0;
		},
	};
};

const createHistoryView = (
	slots: ReadonlyMap<string, Slot>,
	blocks: readonly Uint16Array[],
	untrackedRows: () => number,
): HistoryView => ({
	of(rowId) {
		const slot = slots.get(rowId);
		if (slot === undefined) return null;
		const {index, lastSecond} = slot;
		const block = blocks[Math.floor(index / slotsInBlock)];
		return {
			last: (series, seconds) =>
				Array.from({length: seconds}, (_, at) => {
					const start = offsetOf(index) + historySeries.indexOf(series) * historySeconds;
					return decode(block?.[start + ringIndex(lastSecond - seconds + 1 + at)] ?? notObserved);
				}),
		};
	},
	get untrackedRows() {
		return untrackedRows();
	},
	freeze() {
		const count = untrackedRows();
		const copies = new Map([...slots].map(([id, slot]) => [id, {...slot}]));
		return createHistoryView(
			copies,
			blocks.map(block => block.slice()),
			() => count,
		);
	},
});

const offsetOf = (index: number): number => (index % slotsInBlock) * slotLength;
const ringIndex = (second: number): number => ((second % historySeconds) + historySeconds) % historySeconds;

const hasBytes = ({inBps, outBps, process, kernel}: Row): boolean =>
	!!(inBps || outBps || process?.writableLength || process?.readableLength) ||
	// A listener's queues hold connections, not bytes.
	(kernel !== null && kernel.state !== 'LISTEN' && !!(kernel.sendQ || kernel.recvQ));

/** In the order of `historySeries`. Stale views of hook or kernel yield null. */
const observe = ({inBps, outBps, process, kernel}: Row, now: number): (number | null)[] => {
	const freshProcess = process !== null && now - process.seenAt <= freshMs ? process : null;
	const freshKernel =
		kernel !== null && now - kernel.seenAt <= freshMs && kernel.state !== 'LISTEN' ? kernel : null;
	return [
		freshProcess && inBps,
		freshProcess && outBps,
		freshProcess?.writableLength ?? null,
		freshProcess?.readableLength ?? null,
		freshKernel?.sendQ ?? null,
		freshKernel?.recvQ ?? null,
	];
};

const notObserved = 0;
const zero = 1;
/** Steps between a value and its double. */
const fractionSteps = 2048;
const largestExponent = 30;

/**
 * 16 bits: not observed, zero, else an exponent of 2 and eleven bits of fraction. A single byte is above
 * zero.
 */
const encode = (value: number | null): number => {
	if (value === null) return notObserved;
	if (value <= 0) return zero;
	const exponent = Math.min(largestExponent, Math.floor(Math.log2(Math.max(1, value))));
	const fraction = Math.min(
		fractionSteps - 1,
		Math.floor((Math.max(1, value) / 2 ** exponent - 1) * fractionSteps),
	);
	return 2 + exponent * fractionSteps + fraction;
};

const decode = (code: number): number | null => {
	if (code === notObserved) return null;
	if (code === zero) return 0;
	const exponent = Math.floor((code - 2) / fractionSteps);
	return Math.round(2 ** exponent * (1 + ((code - 2) % fractionSteps) / fractionSteps));
};
