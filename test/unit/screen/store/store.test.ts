import {describe, expect, it} from 'vitest';
import {createStore} from '../../../../source/screen/store/store.ts';
import {makeRow} from '../../../helpers/model/row.ts';
import {noEffects} from '../../../helpers/screen/no-effects.ts';
import {makeModel, makeOutput, sampleNow} from '../../../helpers/screen/sample-model.ts';

/** A store whose timers are fired by the test. */
const paced = (refreshMs: number) => {
	const model = makeModel();
	const timers: {run: () => void; ms: number; prevented: boolean}[] = [];
	let drawn = 0;
	const store = createStore({
		model,
		output: makeOutput(),
		now: () => sampleNow,
		initialFilter: '',
		effects: noEffects,
		size: {columns: 80, rows: 24},
		refreshMs,
		setTimer(run, ms) {
			const timer = {run, ms, prevented: false};
			timers.push(timer);
			return () => {
				timer.prevented = true;
			};
		},
	});
	store.subscribe(() => {
		drawn += 1;
	});
	const change = () => {
		const row = makeRow();
		model.rows.set(row.id, row);
		model.version += 1;
		store.modelChanged();
	};
	return {store, timers, change, drawn: () => drawn};
};

describe('the frame rate of the store', () => {
	it('draws the first change at once, and later ones together', () => {
		const {timers, change, drawn} = paced(60_000);
		change();
		expect([drawn(), timers.length]).toEqual([1, 0]);
		for (let count = 0; count < 50; count++) change();
		expect([drawn(), timers.length]).toEqual([1, 1]);
		expect(timers[0]?.ms).toBeGreaterThan(50_000);
		timers[0]?.run();
		expect(drawn()).toBe(2);
	});

	it('draws keys at once meanwhile', () => {
		const {store, change, drawn} = paced(60_000);
		change();
		store.press({name: '?', text: '?'});
		expect(drawn()).toBe(2);
	});

	it('draws no frame without a visible change', () => {
		const {store, change, drawn} = paced(0);
		change();
		const before = drawn();
		store.modelChanged();
		store.tick();
		store.press({name: 'Z', text: 'Z'});
		expect(drawn()).toBe(before);
	});

	it('draws nothing after the store was closed', () => {
		const {store, timers, change, drawn} = paced(60_000);
		change();
		change();
		store.dispose();
		expect(timers.map(({prevented}) => prevented)).toEqual([true]);
		store.tick();
		expect(drawn()).toBe(1);
	});
});
