/** The body of the routes tab: two tables, one under the other, and the counters of the namespaces. Pure. */

import {noHistory} from '../../../domain/view/history.ts';
import type {ModelView} from '../../../domain/view/model-view.ts';
import type {Destinations} from '../../../query/destinations.ts';
import type {Scroll} from '../../lines/scroll.ts';
import type {Line} from '../../lines/segments.ts';
import type {Section} from '../../table/section.ts';
import {makeTable} from '../../table/table.ts';
import {countersLines} from './counters.ts';
import {destinationTable, interfaceTable, type PlacedInterface} from './routes.ts';

export type RoutesOptions = {
	destinations: Destinations;
	interfaces: ModelView['interfaces'];
	kernel: ModelView['kernel'];
	/** ms since the epoch. */
	now: number;
	width: number;
	height: number;
	/** How far it is scrolled: first the destinations are, then the interfaces. */
	top: number;
};

/** Fewest lines in which the tables stand apart. */
const airyFrom = 5;

/** Fewest lines in which the counters are shown too. */
const countersWorth = 12;

/**
 * Both tables stay in sight, with their titles, however many destinations there are.
 *
 * @returns sections of at most `height` lines together
 */
export const routesSections = ({
	destinations: {list, notShown},
	interfaces: seen,
	kernel,
	now,
	width,
	height,
	top,
}: RoutesOptions): {sections: Section[]; scroll: Scroll} => {
	const interfaces = [...seen].flatMap(([netns, all]): PlacedInterface[] =>
		all.map(one => ({netns, seen: one})),
	);
	const several = new Set([...seen.keys(), ...kernel.keys()]).size > 1;
	const counters = height >= countersWorth ? countersLines(kernel, width) : [];
	const below: Line[] = counters.length > 0 ? [[], ...counters] : [];
	const more: Line[] =
		notShown > 0 ? [[{text: ` ${notShown} sockets lead to still other destinations`, tone: 'waiting'}]] : [];
	const between: Line[] = height >= airyFrom ? [...more, []] : more;
	// Both tables have a line of titles.
	const room = height - 2 - below.length - between.length;
	const pages = share(room, list.length, interfaces.length);
	const count = list.length + interfaces.length;
	const page = pages.upper + pages.lower;
	const from = Math.max(0, Math.min(top, count - page));
	const upperTop = Math.min(from, Math.max(0, list.length - pages.upper));
	const context = {now, twins: new Set<string>(), histories: noHistory, ink: 'blocks' as const};
	const common = {
		width,
		sort: null,
		idOf: (_: unknown, index: number) => String(index),
		selected: null,
		before: null,
		context,
	};
	const upper = {...common, top: upperTop, height: pages.upper};
	const lower = {...common, top: from - upperTop, height: pages.lower};
	return {
		sections: [
			list.length === 0
				? lines(' no open connection leads anywhere', '')
				: {type: 'table', table: makeTable(list, destinationTable(several), upper)},
			{type: 'lines', lines: between},
			interfaces.length === 0
				? lines(' the interfaces are not known')
				: {type: 'table', table: makeTable(interfaces, interfaceTable(several), lower)},
			{type: 'lines', lines: below},
		],
		scroll: {top: from, page, count},
	};
};

const lines = (...texts: string[]): Section => ({
	type: 'lines',
	lines: texts.map((text): Line => [{text, tone: 'faint'}]),
});

/** Where not all fits, the interfaces get a third of the lines, or what the destinations leave. */
const share = (room: number, upper: number, lower: number): {upper: number; lower: number} => {
	const lowerPage = Math.min(lower, Math.max(1, Math.floor(room / 3), room - upper));
	return {upper: Math.min(upper, Math.max(1, room - lowerPage)), lower: lowerPage};
};
