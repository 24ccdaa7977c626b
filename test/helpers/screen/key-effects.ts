/** The effect of each key of the key table in each place: a key without an entry here fails its test. */
import {expect} from 'vitest';
import type {CommandId} from '../../../source/screen/keys/keys.ts';
import {type Mode, modeOf} from '../../../source/screen/state/state.ts';
import type {Drawn} from './draw.tsx';

/** A size, and the keys that lead to a place on it. */
export type Way = {rows: number; keys: readonly string[]};

const way = (...keys: string[]): Way => ({rows: 12, keys});

/** The keys that lead to each place, with rows above and below the selection. */
export const ways: Readonly<Record<Mode, Way>> = {
	connections: way('1', 'g', 'down', 'down', 'down'),
	listeners: way('2', 'g', 'down', 'down'),
	diagnoses: way('3', 'g', ...Array<string>(8).fill('down')),
	routes: way('4', 'g', 'down', 'down'),
	processes: way('5', 'g', 'down'),
	output: way('6', 'G', 'up', 'up', 'right'),
	detail: {
		rows: 23,
		keys: [
			'1',
			'/',
			"'stage:draining or stage:paused or stage:peer-ended'",
			'enter',
			'g',
			'down',
			'enter',
			'down',
		],
	},
	finding: way('3', 'g', ...Array<string>(8).fill('down'), 'd', 'down'),
	help: way('?', 'pagedown'),
	filter: way('1', '/', "'stage:open kind:tcp'", 'left', 'left'),
	search: way('6', '/', "'GET 200'", 'left', 'left'),
	sort: way('1', 's', 'right'),
	columns: way('1', 'c', 'down', 'down'),
	forget: way('1', 'x'),
	quit: way('q'),
};

export type Seen = {lines: readonly string[]; asked: readonly string[]; mode: Mode};
export const seen = (screen: Drawn): Seen => ({
	lines: screen.lines().map(line => line.trimEnd()),
	asked: [...screen.asked],
	mode: modeOf(screen.store.state()),
});

type Check = (before: Seen, after: Seen) => void;
/** `from`: where it does something, where that is another place than the usual one. */
export type Expectation = Check | {from: Way; check: Check};

/** The screen has this text now, and had not. */
const shows =
	(what: RegExp): Check =>
	(before, after) => {
		expect(before.lines.join('\n')).not.toMatch(what);
		expect(after.lines.join('\n')).toMatch(what);
	};

/** The screen had this text, and has not. */
const leaves =
	(what: RegExp): Check =>
	(before, after) => {
		expect(before.lines.join('\n')).toMatch(what);
		expect(after.lines.join('\n')).not.toMatch(what);
	};

/** The key calls this effect of the owner. */
const asks =
	(what: string): Check =>
	(before, after) => {
		expect(after.asked.slice(before.asked.length)).toEqual([what]);
	};

/** The key calls this effect of the owner, with the visible rows. */
const asksFor =
	(what: string): Check =>
	(before, after) => {
		expect(after.asked.slice(before.asked.length)).toEqual([expect.stringMatching(`^${what}`)]);
	};

/** Nothing is to be seen of it, and here is why. */
const still =
	(_why: string): Check =>
	(before, after) => {
		expect(after).toEqual(before);
	};

const chosen = ({lines}: Seen): number => lines.findIndex(line => line.startsWith('▸'));

/** The mark of the chosen line goes up or down by so many lines; or to the first, or the last in sight. */
const marks =
	(where: (before: number, lines: readonly string[]) => number): Check =>
	(before, after) => {
		expect(chosen(after)).toBe(where(chosen(before), after.lines));
		expect(chosen(after)).not.toBe(chosen(before));
	};

/** Another part is in sight; what stands around it keeps still. */
const scrolls: Check = (before, after) => {
	expect(after.lines.slice(4, -1)).not.toEqual(before.lines.slice(4, -1));
	expect(after.lines.slice(0, 3)).toEqual(before.lines.slice(0, 3));
	expect(after.lines.at(-1)).toBe(before.lines.at(-1));
};

const differs: Check = (before, after) => expect(after.lines).not.toEqual(before.lines);

/** Another place is in sight; where it is the same one, nothing happens. */
const leadsTo =
	(mode: Mode): Check =>
	(before, after) => {
		expect(after.mode).toBe(mode);
		if (before.mode === mode) expect(after).toEqual(before);
		else differs(before, after);
	};

const leadsOn: Check = (before, after) => {
	expect(after.mode).not.toBe(before.mode);
	differs(before, after);
};

const titles = 3;
const firstRow = (): number => titles + 1;
const lastRow = (_before: number, lines: readonly string[]): number => lines.length - 2;

/** In a list the choice moves, elsewhere what is in sight. */
const moves = (where: Parameters<typeof marks>[0]): Partial<Record<Mode, Expectation>> => ({
	connections: marks(where),
	listeners: differs,
	diagnoses: differs,
	routes: scrolls,
	processes: scrolls,
	output: scrolls,
	detail: scrolls,
	finding: scrolls,
	help: scrolls,
	columns: differs,
});

const prompt = (text: string): Check => shows(new RegExp(`^ /${text} +\\d+/\\d+$`, 'm'));
const searched = (text: string): Check => shows(new RegExp(`^ /${text} +(?:no match|\\d+/\\d+)$`, 'm'));
const cursor: Check = still('the cursor is a colour: the tests of the terminal look at it');

/** By command; where it does another thing in another place, by place. */
export const expectations: Partial<Record<CommandId, Expectation | Partial<Record<Mode, Expectation>>>> = {
	up: moves(before => before - 1),
	down: moves(before => before + 1),
	'page-up': moves(firstRow),
	'page-down': {...moves(lastRow), output: leaves(/ scrolled$/m)},
	first: moves(firstRow),
	last: {...moves(lastRow), output: leaves(/ scrolled$/m)},
	detail: shows(/^ PROCESS/m),
	'row-before': differs,
	'row-after': differs,
	waterfall: shows(/took/),
	'finding-go': leadsTo('detail'),
	'finding-tell': leadsTo('finding'),
	'finding-before': differs,
	'finding-after': differs,
	silence: differs,
	fold: differs,
	unfold: {from: way('3', 'g'), check: leaves(/3 more/)},
	'shift-left': scrolls,
	'shift-right': scrolls,
	filter: shows(/^ \/ +\d+\/\d+$/m),
	sort: shows(/^ sort by/m),
	reverse: differs,
	pause: shows(/ PAUSED(?: |$)/m),
	closed: shows(/closed hidden/),
	all: asks('all true'),
	columns: shows(/Space in\/out/),
	copy: asksFor('copy '),
	export: asksFor('write '),
	follow: shows(/ FOLLOW$/m),
	forget: shows(/x again forgets \d+ closed/),
	'forget-yes': asksFor('forget '),
	back: {
		connections: leaves(/^▸/m),
		listeners: leadsTo('connections'),
		diagnoses: leadsTo('connections'),
		routes: leadsTo('connections'),
		processes: leadsTo('connections'),
		output: leaves(/ scrolled$/m),
		detail: leadsTo('connections'),
		finding: leadsTo('diagnoses'),
		help: leadsTo('connections'),
		filter: leadsTo('connections'),
		search: leadsTo('output'),
		sort: leadsTo('connections'),
		columns: leadsTo('connections'),
		quit: leadsTo('connections'),
	},
	'tab-next': leadsOn,
	'tab-before': leadsOn,
	'tab-connections': leadsTo('connections'),
	'tab-listeners': leadsTo('listeners'),
	'tab-diagnoses': leadsTo('diagnoses'),
	'tab-routes': leadsTo('routes'),
	'tab-processes': leadsTo('processes'),
	'tab-output': leadsTo('output'),
	help: leadsOn,
	quit: shows(/still running/),
	interrupt: asks('interrupt'),
	redraw: asks('redraw'),
	suspend: asks('suspend'),
	'filter-keep': leaves(/^ \//m),
	'filter-back': leaves(/^ \//m),
	'filter-older': {from: way('1', '/', '"kind:tcp"', 'enter', '/', 'ctrl-u'), check: shows(/filter 1 of 1/)},
	'filter-newer': {
		from: way('1', '/', '"kind:tcp"', 'enter', '/', 'ctrl-u', 'up'),
		check: leaves(/filter 1 of 1/),
	},
	complete: {from: way('1', '/', '"sta"'), check: shows(/stage: {2}state:/)},
	'complete-before': {from: way('1', '/', '"sta"', 'tab'), check: shows(/2\/2/)},
	'delete-before': {filter: prompt('stage:open kind:cp'), search: searched('GET 00')},
	'delete-after': {filter: prompt('stage:open kind:tp'), search: searched('GET 20')},
	'delete-word': {filter: prompt('stage:open cp'), search: searched('GET 00')},
	'delete-line': {filter: prompt('cp'), search: searched('00')},
	'cursor-left': cursor,
	'cursor-right': cursor,
	'cursor-start': cursor,
	'cursor-end': cursor,
	'sort-before': differs,
	'sort-after': differs,
	'sort-keep': leaves(/sort by/),
	'column-toggle': differs,
	'column-before': differs,
	'column-after': differs,
	'columns-reset': still('nothing is chosen yet'),
	'columns-keep': leaves(/Space in\/out/),
	search: shows(/^ \/ *$/m),
	'search-keep': leaves(/^ \//m),
	'search-next': {from: way('6', '/', '"s"', 'enter'), check: differs},
	'search-before': {from: way('6', '/', '"s"', 'enter'), check: differs},
	'quit-end': asks('quit end'),
	'quit-leave': asks('quit leave'),
};

/** @returns the effect of a key in a place, and the keys that lead there; undefined without an entry */
export const expectationFor = (id: CommandId, mode: Mode): {from: Way; check: Check} | undefined => {
	const expectation = expectations[id];
	const one =
		typeof expectation === 'function' || (expectation && 'check' in expectation)
			? expectation
			: expectation?.[mode];
	return typeof one === 'function' ? {from: ways[mode], check: one} : one;
};
