import {describe, expect, it} from 'vitest';
import {noHistory} from '../../../../source/domain/view/history.ts';
import type {Filter} from '../../../../source/query/filter/index.ts';
import {reduce} from '../../../../source/screen/state/reduce.ts';
import {
	type Action,
	initialState,
	listOf,
	modeOf,
	type State,
} from '../../../../source/screen/state/state.ts';
import {makeNotice} from '../../../helpers/screen/sample-model.ts';

const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, initialState);

const filter: Filter = {text: 'a', matches: () => true, isTimeDependent: false};
const typed = (text: string, found: Filter | null): Action => ({
	type: 'filter-typed',
	line: {text, cursor: text.length},
	filter: found,
	parseError: found ? null : {ok: false, message: 'wrong', position: 0, suggestion: null},
});
const frozen = {
	rows: [],
	interfaces: new Map(),
	history: noHistory,
	kernel: new Map(),
	findings: {list: new Map(), counts: new Map(), dropped: 0},
	version: 1,
	takenAt: 0,
	outputEnd: 0,
};
const row = {id: '1', index: 4};

describe('an action without an effect returns the same state', () => {
	const notice = makeNotice('x');
	const cases: [what: string, state: State, action: Action][] = [
		['the tab that is open', initialState, {type: 'tab', tab: 'connections'}],
		['Esc where nothing is open', initialState, {type: 'back'}],
		['going on where nothing is paused', initialState, {type: 'resume'}],
		[
			'a pause in a pause',
			stateAfter({type: 'pause', snapshot: frozen}),
			{type: 'pause', snapshot: {...frozen}},
		],
		[
			'the same row',
			stateAfter({type: 'select', selection: row, top: 0}),
			{type: 'select', selection: {...row}, top: 0},
		],
		['no row', initialState, {type: 'select', selection: null, top: 0}],
		[
			'the detail that is open',
			stateAfter({type: 'detail-open', selection: row}),
			{type: 'detail-open', selection: row},
		],
		['scrolling a detail that is closed', initialState, {type: 'detail-scroll', top: 3}],
		['scrolling help that is closed', initialState, {type: 'help-scroll', top: 3}],
		['the same scroll of the output', initialState, {type: 'output-scroll', top: null}],
		['shifting beyond the beginning', initialState, {type: 'output-shift', by: -20}],
		['scrolling a finding that is closed', initialState, {type: 'finding-scroll', top: 3}],
		[
			'the finding that is open',
			stateAfter({type: 'finding-open', key: 7, selection: row}),
			{type: 'finding-open', key: 7, selection: row},
		],
		['no finding', initialState, {type: 'finding-select', selection: null}],
		[
			'the same finding',
			stateAfter({type: 'finding-select', selection: row}),
			{type: 'finding-select', selection: {...row}},
		],
		[
			'folding what is folded',
			stateAfter({type: 'finding-fold', rule: 'x-y', fold: 'none', selection: row}),
			{type: 'finding-fold', rule: 'x-y', fold: 'none', selection: row},
		],
		['a notice that was answered', stateAfter({type: 'dismiss', notice}), {type: 'dismiss', notice}],
	];
	it.each(cases)('%s', (_what, state, action) => {
		expect(reduce(state, action)).toBe(state);
	});
});

describe('Esc removes one layer at a time, the topmost first', () => {
	it('from a filter being typed over a detail of the output tab down to nothing', () => {
		let state = stateAfter(
			{type: 'filter-open'},
			typed('a', filter),
			{type: 'filter-keep', filter},
			{type: 'select', selection: row, top: 2},
			{type: 'detail-open', selection: row},
			{type: 'help-open'},
		);
		const modes: string[] = [];
		for (let step = 0; step < 6; step++) {
			modes.push(
				`${modeOf(state)} ${state.filter.activeFilter ? 'filtered' : 'all'} ${listOf(state).selected?.id ?? 'none'}`,
			);
			state = reduce(state, {type: 'back'});
		}
		expect(modes).toEqual([
			'help filtered 1',
			'detail filtered 1',
			'connections filtered 1',
			'connections all 1',
			'connections all none',
			'connections all none',
		]);
	});

	it('the row opened from a finding, then the finding, then its tab', () => {
		let state = stateAfter(
			{type: 'tab', tab: 'diagnoses'},
			{type: 'finding-open', key: 7, selection: row},
			{type: 'row-show', tab: 'listeners', id: '1', hidden: {byFilter: false, asClosed: false}},
		);
		const modes: string[] = [];
		for (let step = 0; step < 4; step++) {
			modes.push(`${modeOf(state)} of ${state.tab}`);
			state = reduce(state, {type: 'back'});
		}
		expect(modes).toEqual([
			...['detail of listeners', 'finding of diagnoses'],
			...['diagnoses of diagnoses', 'connections of connections'],
		]);
	});

	it('another tab goes back to the first; output that was scrolled follows again before', () => {
		const state = stateAfter({type: 'tab', tab: 'output'}, {type: 'output-scroll', top: 3});
		const once = reduce(state, {type: 'back'});
		expect([once.tab, once.output.top]).toEqual(['output', null]);
		expect(reduce(once, {type: 'back'}).tab).toBe('connections');
	});
});

describe('the filter', () => {
	it('stays as it was where the text is invalid', () => {
		const state = stateAfter({type: 'filter-open'}, typed('a', filter), typed('a:', null));
		expect(state.filter.activeFilter).toBe(filter);
		expect(state.filter.parseError?.message).toBe('wrong');
	});

	it('is none where the text is blank', () => {
		const state = stateAfter({type: 'filter-open'}, typed('a', filter), typed('  ', filter));
		expect(state.filter.activeFilter).toBeNull();
		expect(reduce(state, {type: 'filter-keep', filter}).filter.line.text).toBe('');
	});

	it('kept while invalid shows the text of the applied filter', () => {
		const state = stateAfter({type: 'filter-open'}, typed('a', filter), typed('a:', null), {
			type: 'filter-keep',
			filter: null,
		});
		expect(state.filter).toEqual({line: {text: 'a', cursor: 1}, activeFilter: filter, parseError: null});
	});
});

describe('tabs and order', () => {
	it('Tab cycles through the tabs, and closes the detail', () => {
		const state = stateAfter({type: 'detail-open', selection: row}, {type: 'tab-step', by: 1});
		expect([state.tab, state.detail]).toEqual(['listeners', null]);
		expect(reduce(state, {type: 'tab-step', by: -1}).tab).toBe('connections');
		expect(stateAfter({type: 'tab-step', by: -1}).tab).toBe('output');
	});

	it('a picked column has its usual direction first, and can be reversed', () => {
		const state = stateAfter({type: 'sort-open'}, {type: 'sort-step', by: 1});
		expect(listOf(state).sort).toEqual({key: 'process', direction: 'asc'});
		expect(listOf(reduce(state, {type: 'sort-reverse'})).sort.direction).toBe('desc');
		expect(listOf(reduce(state, {type: 'back'})).sort).toBe(listOf(initialState).sort);
		expect(listOf(reduce(state, {type: 'sort-keep'})).sort).toBe(listOf(state).sort);
	});
});
