/** Decides when something is said: at once after a key, else what has changed, every few seconds at most. */

import type {Notice} from '../../domain/row.ts';
import type {Stats} from '../chrome/gauges.ts';
import type {Frame} from '../frame/types.ts';
import type {State} from '../state/state.ts';
import {createChanges} from './changes.ts';
import {type Said, spokenAmiss, spokenView} from './view.ts';

export type SpeakerOptions = {
	frame(): Frame;
	state(): State;
	stats(): Stats;
	/** Called with lines that are said once, before what is open. */
	say(lines: readonly string[]): void;
	/** Called with the lines of what is open, when they have changed. */
	show(lines: readonly string[]): void;
};

export type Speaker = {
	/** To be called after each change of the screen. */
	look(): void;
};

/** Nobody can listen to more. */
const everyMs = 5000;

export const createSpeaker = ({frame, state, stats, say, show}: SpeakerOptions): Speaker => {
	const changes = createChanges();
	let height = 0;
	let shown: readonly Said[] = [];
	let lastState: State | null = null;
	let toldAt: number | null = null;
	let notice: Notice | null = null;
	let amiss: ReadonlySet<string> = new Set();

	/** @param isAsked a key was pressed: what is open is said anew, with its figures */
	const present = (isAsked: boolean): void => {
		const next = spokenView({frame: frame(), state: state(), stats: stats()}).slice(
			0,
			Math.max(1, height - 1),
		);
		const isSame = (part: 'text' | 'gist'): boolean =>
			next.length === shown.length && next.every((line, index) => line[part] === shown[index]?.[part]);
		if (isSame(isAsked ? 'text' : 'gist')) return;
		shown = next;
		show(next.map(({text}) => text));
	};

	const tell = (): void => {
		const {model, picture, now} = stats();
		const newest = model.notices.at(-1) ?? null;
		const news = newest !== null && newest !== notice ? [`${newest.source}: ${newest.message}`] : [];
		notice = newest;
		// Elsewhere rows are not what somebody listens to.
		const rowsNow = frame().body.type === 'table' && state().overlay === null ? picture.rows : null;
		const amissNow = new Map(spokenAmiss(stats()).map(text => [text.replaceAll(/[\d.]+/g, '#'), text]));
		const isFirst = toldAt === null;
		for (const [gist, text] of amissNow) if (!amiss.has(gist) && !isFirst) news.push(`Now: ${text}`);
		amiss = new Set(amissNow.keys());
		const lines = [...news, ...(rowsNow === null ? [] : changes.take(rowsNow, now))];
		if (lines.length > 0) say(lines);
	};

	return {
		look() {
			const {rows} = frame().size;
			const isAsked = rows !== height || !sameBut(lastState, state());
			height = rows;
			lastState = state();
			const {now} = stats();
			const isDue = toldAt === null || now - toldAt >= everyMs;
			if (isDue) {
				tell();
				toldAt = now;
			}
			if (isAsked || isDue) present(isAsked);
		},
	};
};

/** The window of a list moves with the rows, without a key. */
const sameBut = (one: State | null, other: State): boolean => {
	if (one === null) return false;
	const keys = Object.keys(other) as (keyof State)[];
	return keys.every(key =>
		key === 'lists'
			? (['connections', 'listeners'] as const).every(
					list =>
						one.lists[list].selected?.id === other.lists[list].selected?.id &&
						one.lists[list].sort === other.lists[list].sort,
				)
			: key === 'dismissed' || one[key] === other[key],
	);
};
