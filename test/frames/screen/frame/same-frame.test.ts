import {describe, expect, test} from 'vitest';
import {isSameFrame} from '../../../../source/screen/frame/same-frame.ts';
import type {Frame} from '../../../../source/screen/frame/types.ts';
import {draw} from '../../../helpers/screen/draw.tsx';

/** A frame of a tab, built anew each time. */
const frameOf = (tab: string): Frame => {
	const screen = draw({columns: 120, rows: 30});
	screen.press(tab);
	return screen.store.frame();
};

test.for(['1', '2', '3', '4', '5', '6', '?'])('two frames of one screen are equal: key %s', key => {
	const [one, other] = [frameOf(key), frameOf(key)];
	expect(one).not.toBe(other);
	expect(isSameFrame(one, other)).toBe(true);
});

describe('two frames differ', () => {
	const frame = frameOf('1');
	const line = [{text: 'another'}];
	test.for<[string, Partial<Frame>]>([
		['with another size', {size: {columns: 120, rows: 31}}],
		['in another mode', {mode: 'help'}],
		['with another line in the header', {header: [line, ...frame.header.slice(1)]}],
		['with a line less in the footer', {footer: frame.footer.slice(1)}],
		['with another tone', {footer: [...frame.footer.slice(0, -1), [{text: 'x', tone: 'faint'}]]}],
		['scrolled, though nothing else differs: keys read it', {scroll: {...frame.scroll, top: 1}}],
		['with more rows, though nothing else differs', {scroll: {...frame.scroll, count: 1000}}],
		['with another share of the lines', {geometry: {...frame.geometry, body: 3}}],
		['with another layout of the detail', {detailLayout: 'waterfall'}],
		['with another kind of body', {body: {type: 'lines', lines: [line]}}],
	])('%s', ([, change]) => {
		expect(isSameFrame(frame, {...frame, ...change})).toBe(false);
		expect(isSameFrame({...frame, ...change}, frame)).toBe(false);
	});

	test('by a cell of the table, a title or the selected row', () => {
		const {body} = frame;
		if (body.type !== 'table') throw new Error('no table');
		const [first, ...others] = body.table.rows;
		if (first === undefined) throw new Error('no row');
		const rows = (row: typeof first): Frame => ({
			...frame,
			body: {type: 'table', table: {...body.table, rows: [row, ...others]}},
		});
		const [cell, ...cells] = first.cells;
		if (cell === undefined) throw new Error('no cell');
		expect(isSameFrame(frame, rows({...first}))).toBe(true);
		expect(isSameFrame(frame, rows({...first, selected: !first.selected}))).toBe(false);
		expect(isSameFrame(frame, rows({...first, cells: [{...cell, text: 'x'}, ...cells]}))).toBe(false);
		expect(isSameFrame(frame, rows({...first, cells: [{...cell, flashes: true}, ...cells]}))).toBe(false);
		const titles = body.table.titles.slice(1);
		const table = {...body.table, titles};
		expect(isSameFrame(frame, {...frame, body: {type: 'table', table}})).toBe(false);
	});
});
