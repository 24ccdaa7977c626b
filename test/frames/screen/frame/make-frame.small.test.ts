import {describe, expect, it} from 'vitest';
import {makeRow} from '../../../helpers/model/row.ts';
import {type Drawn, draw} from '../../../helpers/screen/draw.tsx';
import {findingsModel} from '../../../helpers/screen/sample-findings.ts';
import {address, makeModel} from '../../../helpers/screen/sample-model.ts';

const lineOf = (screen: Drawn, text: string): string =>
	screen.lines().find(line => line.includes(text)) ?? '';

const v6 = '2001:db8:1111:2222:3333:4444:5555:6666';

describe('a small terminal', () => {
	it.each([8, 10, 24])('of %i lines shows the processes with a hook and those without', rows => {
		expect(draw({columns: 40, rows}).lines()[1]).toContain('2 hooked · 1 unhooked');
	});

	it('of 40 cells has the numbers of all tabs, and the mark of the worst finding', () => {
		expect(draw({columns: 40, rows: 10}).lines()[2]).toMatch(
			/^ 1 connections 11 {2}2 {2}3 {2}4 {2}5 {2}6 *$/,
		);
		const screen = draw({model: findingsModel(), columns: 40, rows: 10});
		expect(screen.lines()[2]).toMatch(/^ 1 connections 11 {2}2 {2}3 9✗ {2}4 {2}5 {2}6 *$/);
		screen.press('5');
		expect(screen.lines()[2]).toMatch(/^ 1 {2}2 {2}3 9✗ {2}4 {2}5 processes 3 {2}6 *$/);
	});
});

describe('a filter beside the tabs', () => {
	it('leaves short names to the tabs where they have room', () => {
		const screen = draw({columns: 80});
		screen.press('/', '"!closed"', 'enter');
		expect(screen.lines()[2]).toMatch(
			/^ 1 connections \d+\/11 {2}2 listen {2}3 diag {2}4 routes {2}5 procs {2}6 out .*\/!closed$/,
		);
	});

	it('is shortened before the numbers of the tabs are', () => {
		const screen = draw({columns: 80});
		screen.press('/', '"stage:draining or stage:paused or stage:peer-ended"', 'enter', 't');
		expect(screen.lines()[2]).toMatch(
			/^ 1 connections 3\/11 {2}2 {2}3 {2}4 {2}5 {2}6 .* \/stage:draining or.*… closed hidden$/,
		);
	});
});

describe('an address that is too long', () => {
	const rows = [
		makeRow({id: 'in', role: 'server', local: address(v6, 65_443), peer: address(v6, 64_123)}),
		makeRow({id: 'l', role: 'listener', local: address(v6, 65_443)}),
		makeRow({
			id: 'u',
			kind: 'unix',
			role: 'listener',
			local: {path: `/var/run/${'a'.repeat(60)}/app-2.sock`},
		}),
	];

	it('keeps its port, and a path its file name, in every table', () => {
		const screen = draw({model: makeModel(rows), columns: 40});
		expect(screen.lines().join('\n')).toMatch(/←\[2001:d….*:64123/);
		screen.press('2');
		expect(lineOf(screen, ':65443')).toMatch(/ \[2001:d…\]:65443 /);
		expect(lineOf(screen, 'sock')).toMatch(/ \/var\/ru…-2\.sock /);
	});

	it('has a line of its own in the detail where both ends do not fit in one', () => {
		const open = (columns: number): string[] => {
			const screen = draw({model: makeModel(rows), columns});
			screen.press('/', '"port:64123"', 'enter', 'down', 'enter');
			return screen
				.lines()
				.slice(3, 6)
				.map(line => line.trimEnd());
		};
		expect(open(120)[0]).toMatch(/^ \[2001:.*:6666\]:65443 ← \[2001:.*:6666\]:64123 +open for /);
		expect(open(80)[0]).toMatch(/^ \[2001:.*:6666\]:65443 +open for /);
		expect(open(80)[1]).toBe(` ← [${v6}]:64123`);
		const [near, far, facts] = open(40);
		expect(near).toMatch(/^ \[2001:db8:1111:.*…4:5555:6666\]:65443$/);
		expect(far).toMatch(/^ ← \[2001:db8:1111:.*….*:6666\]:64123$/);
		expect(facts).toMatch(/^ open for /);
	});
});
