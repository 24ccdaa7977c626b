import type {OutputView} from '../../model/view.ts';
import {reduce} from '../state/reduce.ts';
import type {State} from '../state/types.ts';
import {createOutputSearch, type Found, nothingFound, settleSearch} from './output-search.ts';

export type Searching = {
	/** What the last look has found. */
	found(): Found;
	/**
	 * Looks on, and chooses the match that is wanted.
	 *
	 * @param page lines of the window, `width` its cells
	 * @param goOn is called a moment later where older lines still have to be looked at
	 */
	settle(state: State, page: number, width: number, goOn: () => void): State;
	dispose(): void;
};

/** The search in the output, piece by piece: `later` runs the next piece when keys have been answered. */
export const createSearching = (
	output: OutputView,
	later: (run: () => void, ms: number) => () => void,
): Searching => {
	const search = createOutputSearch();
	let found = nothingFound;
	let prevent: (() => void) | null = null;
	return {
		found: () => found,
		settle(state, page, width, goOn) {
			const end = state.paused?.outputEnd ?? output.dropped + output.lines.length;
			found = search.look(output, state.output.search?.line.text ?? '', end);
			if (!found.isDone) {
				prevent ??= later(() => {
					prevent = null;
					goOn();
				}, 0);
			}
			const settled = settleSearch(state.output, {found, output, end, page, width});
			return settled === state.output ? state : reduce(state, {type: 'output-set', output: settled});
		},
		dispose() {
			prevent?.();
		},
	};
};
