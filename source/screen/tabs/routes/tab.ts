/** The body of the routes tab: two tables, one under the other, and the counters of the namespaces. Pure. */

import {noHistory} from '../../../domain/view/history.ts';
import type {ModelView} from '../../../domain/view/model-view.ts';
import type {Destinations} from '../../../query/destinations.ts';
import type {Scroll} from '../../lines/scroll.ts';
import type {Line} from '../../lines/segments.ts';
import type {Section} from '../../table/section.ts';
import {makeTable} from '../../table/table.ts';
import {counterLines} from './counters.ts';
import {destinationTable, interfaceTable, type NamespacedInterface} from './routes.ts';

export type RoutesOptions = {
	destinations: Destinations;
	interfaces: ModelView['interfaces'];
	kernel: ModelView['kernel'];
	/** ms since the epoch. */
	now: number;
	width: number;
	height: number;
	/** Rows scrolled off: of the destinations first, then of the interfaces. */
	top: number;
};

/** Fewest lines with a blank line between the tables. */
const minHeightForSpacing = 5;

/** Fewest lines with the kernel's counters below the tables. */
const minHeightForCounters = 12;

/**
 * Both tables stay visible with their titles, for any number of destinations.
 *
 * @returns sections of at most `height` lines together
 */
export const routesSections = ({
	destinations: {list, notShown},
	interfaces: interfacesByNamespace,
	kernel,
	now,
	width,
	height,
	top,
}: RoutesOptions): {sections: Section[]; scroll: Scroll} => {
	const interfaces = [...interfacesByNamespace].flatMap(([netns, all]): NamespacedInterface[] =>
		all.map(one => ({netns, view: one})),
	);
	const hasSeveralNamespaces = new Set([...interfacesByNamespace.keys(), ...kernel.keys()]).size > 1;
	const counters = height >= minHeightForCounters ? counterLines(kernel, width) : [];
	const below: Line[] = counters.length > 0 ? [[], ...counters] : [];
	const notShownLines: Line[] =
		notShown > 0 ? [[{text: ` ${notShown} sockets lead to still other destinations`, tone: 'waiting'}]] : [];
	const between: Line[] = height >= minHeightForSpacing ? [...notShownLines, []] : notShownLines;
	// Each table has a line of titles.
	const room = height - 2 - below.length - between.length;
	const pages = splitHeight(room, list.length, interfaces.length);
	const count = list.length + interfaces.length;
	const page = pages.upper + pages.lower;
	const from = Math.max(0, Math.min(top, count - page));
	const upperTop = Math.min(from, Math.max(0, list.length - pages.upper));
	const cellContext = {
		now,
		ambiguousPrograms: new Set<string>(),
		histories: noHistory,
		glyphSet: 'blocks' as const,
	};
	const sharedOptions = {
		width,
		sort: null,
		idOf: (_: unknown, index: number) => String(index),
		selected: null,
		previousTable: null,
		cellContext,
	};
	const upper = {...sharedOptions, top: upperTop, height: pages.upper};
	const lower = {...sharedOptions, top: from - upperTop, height: pages.lower};
	return {
		sections: [
			list.length === 0
				? textSection(' no open connection leads anywhere', '')
				: {type: 'table', table: makeTable(list, destinationTable(hasSeveralNamespaces), upper)},
			{type: 'lines', lines: between},
			interfaces.length === 0
				? textSection(' the interfaces are not known')
				: {type: 'table', table: makeTable(interfaces, interfaceTable(hasSeveralNamespaces), lower)},
			{type: 'lines', lines: below},
		],
		scroll: {top: from, page, count},
	};
};

const textSection = (...texts: string[]): Section => ({
	type: 'lines',
	lines: texts.map((text): Line => [{text, tone: 'faint'}]),
});

/** When not all rows fit, the interfaces get a third of the lines, or more if the destinations need fewer. */
const splitHeight = (room: number, upper: number, lower: number): {upper: number; lower: number} => {
	const lowerPage = Math.min(lower, Math.max(1, Math.floor(room / 3), room - upper));
	return {upper: Math.min(upper, Math.max(1, room - lowerPage)), lower: lowerPage};
};
