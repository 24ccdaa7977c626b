import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {clampSelection} from '../../../../source/screen/rows/visible-rows.ts';
import type {ListState} from '../../../../source/screen/state/basics.ts';
import {createStore, type ScreenStore} from '../../../../source/screen/store/store.ts';
import {makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {noEffects} from '../../../helpers/screen/no-effects.ts';
import {
	address,
	makeModel,
	makeOutput,
	type SampleModel,
	sampleNow,
} from '../../../helpers/screen/sample-model.ts';

let port = 1000;
const connection = (overrides: Partial<Row> = {}): Row =>
	makeRow({openedAt: sampleNow - 1000, peer: address('10.0.0.1', port++), ...overrides});
const some = (count: number): Row[] =>
	Array.from({length: count}, (_, index) => connection({openedAt: sampleNow - 1000 - index}));
const add = (model: SampleModel, ...rows: Row[]): void => {
	for (const row of rows) model.rows.set(row.id, row);
};
const chosenLine = (lines: string[]): number => lines.findIndex(line => line.startsWith('▸'));
const later = (): Row => connection({openedAt: sampleNow});

describe('the key F', () => {
	it('keeps the selected row on its line while new rows come above it, and says so beside the tabs', () => {
		const screen = draw({model: makeModel(some(100))});
		screen.press('down', 'down', 'down');
		const [line, text] = [chosenLine(screen.lines()), screen.lines().find(one => one.startsWith('▸'))];
		screen.press('F');
		expect(screen.lines()[2]).toMatch(/ FOLLOW $/);
		for (let count = 0; count < 30; count++) {
			add(screen.model, later());
			screen.changed();
		}
		expect(chosenLine(screen.lines())).toBe(line);
		expect(screen.lines()[line]).toBe(text);
	});

	it('when not pressed leaves the visible rows, and the selected row moves among them as far as the last line', () => {
		const screen = draw({model: makeModel(some(100))});
		screen.press('down', 'down');
		const line = chosenLine(screen.lines());
		add(screen.model, later());
		screen.changed();
		expect(chosenLine(screen.lines())).toBe(line + 1);
		for (let count = 0; count < 60; count++) add(screen.model, later());
		screen.changed();
		expect(chosenLine(screen.lines())).toBe(screen.lines().length - 2);
	});

	it('without a selected row takes the first visible one; F again, or Esc, ends it', () => {
		const screen = draw({model: makeModel(some(5))});
		screen.press('F');
		expect(chosenLine(screen.lines())).toBe(4);
		screen.press('F');
		expect(screen.lines()[2]).not.toContain('FOLLOW');
		expect(chosenLine(screen.lines())).toBe(4);
		screen.press('F', 'esc');
		expect(screen.lines()[2]).not.toContain('FOLLOW');
		expect(chosenLine(screen.lines())).toBe(-1);
	});

	it('follows the cursor to another row', () => {
		const screen = draw({model: makeModel(some(100))});
		screen.press('F', 'pagedown', 'down');
		const line = chosenLine(screen.lines());
		for (let count = 0; count < 10; count++) add(screen.model, later());
		screen.changed();
		expect(chosenLine(screen.lines())).toBe(line);
	});

	it('stops following when the row leaves, and says so', () => {
		const screen = draw({model: makeModel(some(5))});
		screen.press('down', 'F');
		screen.model.rows.delete(screen.store.state().lists.connections.selected?.id ?? '');
		screen.changed();
		expect(screen.lines()[2]).not.toContain('FOLLOW');
		expect(screen.lines().at(-1)).toBe(' the row that was followed is gone');
		screen.press('down');
		expect(screen.lines().at(-1)).toContain('move');
	});

	it('waits for a row that a filter hides', () => {
		const screen = draw({model: makeModel(some(5))});
		screen.press('down', 'F', '/', '"xyzzy"', 'enter');
		expect(screen.lines()[2]).toContain('FOLLOW');
		screen.press('esc');
		expect(chosenLine(screen.lines())).toBeGreaterThan(0);
	});

	it('has no effect where there is no row', () => {
		const screen = draw({model: makeModel()});
		screen.press('F');
		expect(screen.lines().at(-1)).toBe(' there is no row to follow');
	});
});

/** Ids of rows, each once, in any order. */
const list = fc.uniqueArray(fc.nat({max: 60}), {maxLength: 50}).map(ids => ids.map(id => ({id: `r${id}`})));

it('a list that changes keeps its selection on the row and visible, the window full, its line kept where possible', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(list, fc.integer({min: 1, max: 30})), {minLength: 1, maxLength: 12}),
			fc.boolean(),
			(changes, follow) => {
				let at: Pick<ListState, 'selected' | 'top'> = {selected: {id: 'r7', index: 3}, top: 0};
				for (const [rows, height] of changes) {
					const {selected, top} = at;
					const index = rows.findIndex(({id}) => id === selected?.id);
					const settled = clampSelection({...at, follow}, rows, height, () => false);
					at = {selected: settled.selection, top: settled.top};
					if (index >= 0) expect(at.selected).toEqual({id: selected?.id, index});
					expect(at.selected === null).toBe(selected === null || rows.length === 0);
					expect(at.top).toBeGreaterThanOrEqual(0);
					expect(at.top).toBeLessThanOrEqual(Math.max(0, rows.length - height));
					if (at.selected === null) continue;
					const line = at.selected.index - at.top;
					expect(line).toBeGreaterThanOrEqual(0);
					expect(line).toBeLessThan(height);
					if (!follow || selected === null || index < 0) continue;
					const before = Math.max(0, Math.min(selected.index - top, height - 1));
					const isAtEnd = at.top === 0 || at.top === rows.length - height;
					expect(isAtEnd || line === before).toBe(true);
				}
			},
		),
		{numRuns: 500},
	);
});

/** Events of a table, and keys pressed meanwhile. */
type Happening =
	| {type: 'opens' | 'changes' | 'closes' | 'leaves'; which: number}
	| {type: 'key'; key: string}
	| {type: 'size'; rows: number};

const happening: fc.Arbitrary<Happening> = fc.oneof(
	fc.record({
		type: fc.constantFrom('opens', 'changes', 'closes', 'leaves'),
		which: fc.nat({max: 1000}),
	}),
	fc.record({type: fc.constant('key' as const), key: fc.constantFrom('S', 't', 'F', 'p', 's', 'c', 'x')}),
	fc.record({type: fc.constant('size' as const), rows: fc.integer({min: 8, max: 40})}),
);

const storeOf = (model: SampleModel): ScreenStore =>
	createStore({
		model,
		output: makeOutput(),
		now: () => sampleNow,
		initialFilter: '',
		effects: {
			...noEffects,
			forgetRows(ids) {
				for (const id of ids) model.rows.delete(id);
			},
		},
		size: {columns: 80, rows: 24},
		refreshMs: 0,
		setTimer: () => () => undefined,
	});

const pickers: ReadonlySet<unknown> = new Set(['sort', 'columns']);

const press = (store: ScreenStore, ...keys: string[]): void => {
	for (const name of keys) store.press({name, text: null});
};

const happen = (model: SampleModel, store: ScreenStore, what: Happening): void => {
	const rows = [...model.rows.values()];
	const row = 'which' in what ? rows[what.which % Math.max(1, rows.length)] : undefined;
	switch (what.type) {
		case 'opens':
			add(model, connection({openedAt: sampleNow - what.which}));
			break;
		case 'changes':
			if (row) Object.assign(row, {outBps: what.which, version: row.version + 1});
			break;
		case 'closes':
			if (row) Object.assign(row, {stage: 'closed', closedAt: sampleNow, version: row.version + 1});
			break;
		case 'leaves':
			if (row) model.rows.delete(row.id);
			break;
		case 'key':
			press(store, what.key);
			// An open picker is left as it is. After the confirmation of x has opened, the key only cancels it.
			if (pickers.has(store.state().overlay?.type)) press(store, 'down', 'enter');
			return;
		case 'size':
			store.resize({columns: 80, rows: what.rows});
			return;
	}
	model.version += 1;
	store.tick();
};

/** A row closes, x opens its confirmation, and s, which would open a picker, cancels it. */
const questionTakenBack: Happening[] = [
	{type: 'closes', which: 0},
	{type: 'key', key: 'x'},
	{type: 'key', key: 's'},
];

/** A selected row that closes while closed rows are hidden leaves the table. */
const closesUnderHiding: Happening[] = [
	{type: 'key', key: 't'},
	{type: 'closes', which: 3},
];

it('the selection stays on its row while that exists, and the row visible, after any events', () => {
	fc.assert(
		fc.property(fc.array(happening, {maxLength: 40}), fc.nat({max: 15}), (happenings, steps) => {
			const model = makeModel(some(30));
			const store = storeOf(model);
			for (let step = 0; step <= steps; step++) press(store, 'down');
			for (const what of happenings) {
				const before = store.state().lists.connections.selected?.id ?? null;
				happen(model, store, what);
				const {lists, paused} = store.state();
				const {selected} = lists.connections;
				const exists = paused
					? paused.rows.some(({id}) => id === before)
					: before !== null && model.rows.has(before);
				if (exists) expect(selected?.id).toBe(before);
				const {body} = store.frame();
				if (body.type !== 'table' || selected === null) continue;
				const shown = body.table.rows.filter(row => row.selected).map(({id}) => id);
				const isHidden = !store.state().showClosed && isOver(model, paused?.rows, selected.id);
				expect(shown).toEqual(isHidden ? [] : [selected.id]);
			}
		}),
		{
			numRuns: 15,
			examples: [
				[questionTakenBack, 0],
				[closesUnderHiding, 3],
			],
		},
	);
});

const isOver = (model: SampleModel, paused: readonly Row[] | undefined, id: string): boolean =>
	(paused ? paused.find(row => row.id === id) : model.rows.get(id))?.stage === 'closed';
