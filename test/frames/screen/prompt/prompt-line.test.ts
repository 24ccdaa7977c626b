import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {addToHistory, historyLimit} from '../../../../source/screen/prompt/history.ts';
import {cellOfPosition, promptLine, promptLineRoom} from '../../../../source/screen/prompt/prompt-line.ts';
import {cursorWindow} from '../../../../source/text/cursor-window.ts';
import {makeRow} from '../../../helpers/model/row.ts';
import {type Drawn, draw} from '../../../helpers/screen/draw.tsx';
import {address, makeModel} from '../../../helpers/screen/sample-model.ts';

/** The two lines of the prompt after these keys. */
const prompt = (keys: string[], options: Parameters<typeof draw>[0] = {}) => {
	const screen = draw(options);
	screen.press('/');
	for (const key of keys) {
		if (key.startsWith('"')) screen.store.paste(key.slice(1, -1));
		else screen.press(key);
	}
	const [text = '', help = ''] = footer(screen);
	return {screen, text, help, state: screen.store.state()};
};
/** The lines of the footer, without drawing, which is tested elsewhere and slow. */
const footer = ({store}: Drawn): string[] =>
	store
		.frame()
		.footer.map(line =>
			line
				.map(({text}) => text)
				.join('')
				.trimEnd(),
		)
		.slice(-2);
const typed = ({text}: {text: string}): string => text.replace(/ +\d+\/\d+$/, '').trim();

describe('Tab', () => {
	it('completes a name as far as it is unambiguous, then lists, then cycles through the list', () => {
		const {screen, help} = prompt(['"s"', 'tab']);
		expect(help).toMatch(/^ {2}stage: {2}state: {2}sport: {2}site: .* 7$/);
		const steps = ['tab', 'tab', 'shift-tab', 'shift-tab', 'shift-tab'].map(key => {
			screen.press(key);
			return screen.store.state().filter.line.text;
		});
		expect(steps).toEqual(['stage:', 'state:', 'stage:', 'sent:', 'sendq:']);
		expect(footer(screen).at(-1)).toMatch(/ 6\/7$/);
	});

	it('inserts a single candidate at once, and then its values, those of rows first', () => {
		const {screen} = prompt(['"stag"', 'tab']);
		expect(screen.store.state().filter.line.text).toBe('stage:');
		screen.press('tab');
		expect(footer(screen).at(-1)).toMatch(/^ {2}open {2}lookup {2}connect {2}queued .* 16$/);
		screen.press('"dr"', 'tab');
		expect(screen.store.state().filter.line.text).toBe('stage:draining');
		expect(screen.store.state().filter.activeFilter?.text).toBe('stage:draining');
	});

	it('completes from the present rows, hidden ones too, and the table follows', () => {
		const {screen} = prompt(['"peer:10.0.0.9 label:"', 'tab', 'tab']);
		expect(screen.store.state().filter.line.text).toBe('peer:10.0.0.9 label:"GET /"');
		expect(footer(screen).at(-2)).toMatch(/ 0\/11$/);
		screen.press('tab', 'tab');
		expect(footer(screen).at(-2)).toMatch(/"POST \/upload" +1\/11$/);
	});

	it('completes in the list of listeners from listeners alone', () => {
		const screen = draw();
		screen.press('2', '/', '"stage:"', 'tab', 'tab');
		expect(screen.store.state().filter.line.text).toBe('stage:listening');
		screen.press('ctrl-u', '"label:"', 'tab');
		expect(footer(screen).at(-1)).toContain('nothing to complete here');
	});

	it('completes in the middle of a line, and leaves the text behind the cursor', () => {
		const {state} = prompt(['"stage:dra role:client"', ...Array(12).fill('left'), 'tab']);
		expect(state.filter.line).toEqual({text: 'stage:draining role:client', cursor: 14});
	});

	it('is undone by Esc, which then removes the filter; Enter keeps the completion', () => {
		const {screen} = prompt(['"sta"', 'tab', 'tab', 'esc']);
		expect(screen.store.state().filter.line.text).toBe('sta');
		expect(footer(screen).at(-1)).toContain('stage:draining');
		screen.press('esc');
		expect(screen.store.state().overlay).toBeNull();
		expect(screen.store.state().filter.line.text).toBe('');
		screen.press('/', '"kind:u"', 'tab', 'tab', 'tab', 'enter');
		expect(screen.lines()[2]).toContain('/kind:udp');
	});

	it('never shows control characters', () => {
		const hostile = makeRow({peer: address('10.0.0.1', 1), label: 'GET /\x1b[2J', host: '\u202eevil'});
		const {screen} = prompt(['"label:"', 'tab'], {model: makeModel([hostile])});
		expect(screen.store.state().filter.line.text).toBe('label:"GET /"');
		screen.press('ctrl-u', '"host:"', 'tab');
		expect(footer(screen).at(-1)).toContain('nothing to complete here');
	});
});

describe('the filter history', () => {
	const walked = (...keys: string[]) => {
		const screen = draw();
		for (const filter of ['role:client', 'stage:open', 'role:server'])
			screen.press('/', 'ctrl-u', `"${filter}"`, 'enter');
		screen.press('/', ...keys);
		const {filter, overlay} = screen.store.state();
		return {screen, text: filter.line.text, walk: overlay?.type === 'filter' ? overlay.historyCursor : null};
	};

	it.each([
		['the newest is in the line already: ↑ shows the one before', ['up'], 'stage:open'],
		['then the one before that, and no further', ['up', 'up', 'up', 'up'], 'role:client'],
		['↓ goes back, at last to what stood there', ['up', 'up', 'down', 'down', 'down'], 'role:server'],
		['what was typed is not lost', ['ctrl-u', '"kind:t"', 'up', 'down'], 'kind:t'],
		['what was typed narrows the way', ['ctrl-u', '"role:c"', 'up'], 'role:client'],
		['what was typed stays where no entry begins with it', ['ctrl-u', '"xyz"', 'up'], 'xyz'],
		['an empty line meets all', ['ctrl-u', 'up', 'up'], 'stage:open'],
		['an earlier one can be edited', ['up', '",tls"', 'down'], 'stage:open,tls'],
	])('%s', (_what, keys, text) => {
		expect(walked(...keys).text).toBe(text);
	});

	it('is previewed in the table, and the line below shows its position', () => {
		const {screen} = walked('up');
		expect(footer(screen).at(-2)).toMatch(/^ \/stage:open +2\/11$/);
		expect(footer(screen).at(-1)).toContain('filter 2 of 3');
	});

	it('has each filter once, the newest last, and only valid filters are saved', () => {
		const {screen} = walked('up', 'enter');
		expect(screen.store.state().filterHistory).toEqual(['role:client', 'role:server', 'stage:open']);
		screen.press('/', 'ctrl-u', '"stage:opne"', 'enter', '/', 'up');
		expect(screen.store.state().filter.line.text).toBe('stage:opne');
		expect(screen.asked.filter(what => what.startsWith('remember'))).toEqual([
			...['remember role:client', 'remember stage:open', 'remember role:server', 'remember stage:open'],
		]);
	});

	it('has a limit', () => {
		const all = Array.from({length: 300}, (_, index) => `port:${index}`);
		const history = all.reduce<readonly string[]>(addToHistory, []);
		expect(history).toHaveLength(historyLimit);
		expect(history.at(-1)).toBe('port:299');
		expect(addToHistory(history, ' port:299 ')).toBe(history);
		expect(addToHistory(history, '  ')).toBe(history);
	});
});

describe('the hints while typing', () => {
	it.each([
		['stage:', /^ stage: created {2}lookup .* 16$/],
		['stage:dr', /^ stage: draining +1$/],
		['stage:draining', /^ Enter keep/],
		['host:', /^ host:api\.internal {3}the host name that was asked for$/],
		['age:>5', /^ age:>5s {3}time since/],
		['(a or', /^ the filter ends where something should follow$/],
		['"abc', /^ a quoted text has no closing/],
		['ro', /^ role:client {3}which end this is/],
	])('after %s are no error yet, but name what may follow', (filter, expected) => {
		const {help, state, screen} = prompt([`"${filter}"`]);
		expect(help).toMatch(expected);
		expect(JSON.stringify(screen.store.frame().footer)).not.toContain('failed');
		expect(state.overlay?.type).toBe('filter');
	});

	it.each([
		['stage:opne', 80, /^ {8}\^ unknown stage «opne» — did you mean open\?$/],
		['日本語 stage:opne', 80, /^ {15}\^ unknown stage «opne» — did you mean open\?$/],
		[`${'a '.repeat(20)}stage:opne`, 80, /^ {6}unknown stage «opne» — did you mean open\? \^$/],
		[`${'a '.repeat(40)}stage:opne`, 80, /^ {25}unknown stage «opne» — did you mean open\? \^$/],
		[`${'日'.repeat(60)} stage:opne`, 48, /^ unknown stage|^ open\?|^ at 68: unknown/],
		['stage:opne', 40, /^ open\? unknown stage «opne»$/],
		['a) b', 40, /^ {3}\^ «\)» has no «\(»$/],
	])('mark %s at %d columns as an error, with its place', (filter, columns, expected) => {
		const {text, help} = prompt([`"${filter}"`], {columns});
		expect(help).toMatch(expected);
		const place = /opne/.exec(text)?.index;
		if (place !== undefined && help.includes('^'))
			expect(stringWidth(help.slice(0, help.indexOf('^')))).toBe(stringWidth(text.slice(0, place)));
	});

	it('give a place out of sight by its number', () => {
		const text = `stage:opne ${'a '.repeat(60)}`;
		expect(prompt([`"${text}"`]).help).toBe(' at 7: unknown stage «opne» — did you mean open?');
	});
});

describe('a long line', () => {
	const text = fc.oneof(
		fc.string({maxLength: 120}),
		fc
			.array(fc.constantFrom('a', '日', 'e\u0301', '👍', ' ', ':'), {maxLength: 120})
			.map(parts => parts.join('')),
	);

	it('is never wider than its place, and the cursor is always visible', () => {
		fc.assert(
			fc.property(text, fc.nat(120), fc.integer({min: 8, max: 80}), (line, at, width) => {
				const cursor = [...new Intl.Segmenter().segment(line)]
					.map(({index}) => index)
					.concat(line.length)
					.findLast(index => index <= at);
				const edited = {text: line, cursor: cursor ?? 0};
				const options = {sign: '/', right: '3/4', width};
				const shown = promptLine({...options, line: edited, tone: 'plain'});
				expect(stringWidth(shown.map(({text}) => text).join(''))).toBeLessThanOrEqual(width);
				expect(shown.filter(({tone}) => tone === 'chosen')).toHaveLength(1);
				const room = promptLineRoom(options);
				const {before} = cursorWindow(edited, room);
				expect(cellOfPosition(edited, edited.cursor, room) ?? stringWidth(before)).toBe(stringWidth(before));
			}),
		);
	});

	it('shows both sides of the cursor, with a mark at each cut', () => {
		const line = {text: 'abcdefghijklmnopqrstuvwxyz', cursor: 13};
		expect(cursorWindow(line, 12)).toMatchObject({before: '…ghijklm', underCursor: 'n', after: 'op…'});
	});
});

it('shows text and count at every width of the prompt', () => {
	for (const columns of [40, 60, 80, 120, 200]) {
		const shown = prompt(['"role:client"'], {columns});
		expect(typed(shown)).toBe('/role:client');
		expect(shown.text).toHaveLength(columns - 1);
	}
});
