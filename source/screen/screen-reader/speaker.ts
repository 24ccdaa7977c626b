/** Paces the announcements: the open view at once after a key, changes every few seconds at most. */

import type {Notice} from '../../domain/row.ts';
import type {Stats} from '../chrome/gauge.ts';
import type {Frame} from '../frame/types.ts';
import type {State} from '../state/state.ts';
import {createRowChanges} from './changes.ts';
import {type ScreenReaderLine, screenReaderLines, spokenProblems} from './view.ts';

export type AnnouncerOptions = {
	frame(): Frame;
	state(): State;
	stats(): Stats;
	/** Called with lines to announce once, above the open view. */
	announce(lines: readonly string[]): void;
	/** Called with the lines of the open view, when they have changed. */
	showLines(lines: readonly string[]): void;
};

export type Announcer = {
	/** Call it after each change of the screen. */
	update(): void;
};

/** Least time between two announcements of changes: more could not be followed by ear. */
const minIntervalMs = 5000;

export const createAnnouncer = ({frame, state, stats, announce, showLines}: AnnouncerOptions): Announcer => {
	const changes = createRowChanges();
	let height = 0;
	let shown: readonly ScreenReaderLine[] = [];
	let lastState: State | null = null;
	let announcedAt: number | null = null;
	let notice: Notice | null = null;
	let problems: ReadonlySet<string> = new Set();

	/** @param isRequested after a key: changed figures count as changes, too */
	const presentView = (isRequested: boolean): void => {
		const next = screenReaderLines({frame: frame(), state: state(), stats: stats()}).slice(
			0,
			Math.max(1, height - 1),
		);
		const isSame = (part: 'text' | 'changeKey'): boolean =>
			next.length === shown.length && next.every((line, index) => line[part] === shown[index]?.[part]);
		if (isSame(isRequested ? 'text' : 'changeKey')) return;
		shown = next;
		showLines(next.map(({text}) => text));
	};

	const announceChanges = (): void => {
		const {model, visible, now} = stats();
		const newest = model.notices.at(-1) ?? null;
		const news = newest !== null && newest !== notice ? [`${newest.source}: ${newest.message}`] : [];
		notice = newest;
		// Rows are announced only while their table is open.
		const openRows = frame().body.type === 'table' && state().overlay === null ? visible.rows : null;
		const currentProblems = new Map(
			spokenProblems(stats()).map(text => [text.replaceAll(/[\d.]+/g, '#'), text]),
		);
		const isFirst = announcedAt === null;
		for (const [changeKey, text] of currentProblems)
			if (!problems.has(changeKey) && !isFirst) news.push(`Now: ${text}`);
		problems = new Set(currentProblems.keys());
		const lines = [...news, ...(openRows === null ? [] : changes.take(openRows, now))];
		if (lines.length > 0) announce(lines);
	};

	return {
		update() {
			const {rows} = frame().size;
			const isRequested = rows !== height || !isSameExceptScroll(lastState, state());
			height = rows;
			lastState = state();
			const {now} = stats();
			const isDue = announcedAt === null || now - announcedAt >= minIntervalMs;
			if (isDue) {
				announceChanges();
				announcedAt = now;
			}
			if (isRequested || isDue) presentView(isRequested);
		},
	};
};

/** Ignores the changes without a key, e.g. the window of a list, which moves with the rows. */
const isSameExceptScroll = (previous: State | null, current: State): boolean => {
	if (previous === null) return false;
	const keys = Object.keys(current) as (keyof State)[];
	return keys.every(key =>
		key === 'lists'
			? (['connections', 'listeners'] as const).every(
					list =>
						previous.lists[list].selected?.id === current.lists[list].selected?.id &&
						previous.lists[list].sort === current.lists[list].sort,
				)
			: key === 'dismissedNotice' || previous[key] === current[key],
	);
};
