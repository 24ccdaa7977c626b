import type {OutputView} from '../../../text/output-line.ts';
import {reduce} from '../../state/reduce.ts';
import type {State} from '../../state/state.ts';
import {createOutputSearch, emptySearchResult, resolveSearchTarget, type SearchResult} from './search.ts';

export type IncrementalSearch = {
	/** The result of the newest slice. */
	result(): SearchResult;
	/**
	 * Continues the search, and selects the pending target's match.
	 *
	 * @param page lines of the window
	 * @param width cells of the window
	 * @param goOn called after more slices, while older lines are still to be searched
	 */
	update(state: State, page: number, width: number, goOn: () => void): State;
	dispose(): void;
};

const slicesPerFrame = 8;

/** Searches the output in slices: `setTimer` runs the next one after the pending keys. */
export const createIncrementalSearch = (
	output: OutputView,
	setTimer: (run: () => void, ms: number) => () => void,
): IncrementalSearch => {
	const search = createOutputSearch();
	let result = emptySearchResult;
	let cancelTimer: (() => void) | null = null;
	let query = {text: '', end: 0};
	/** Slices since the last frame: a frame for each slice would cost more than the slices. */
	let slices = 0;

	const continueSearch = (onProgress: () => void): void => {
		cancelTimer ??= setTimer(() => {
			cancelTimer = null;
			slices++;
			result = search.search(output, query.text, query.end);
			if (!result.isDone && slices < slicesPerFrame) {
				continueSearch(onProgress);
				return;
			}
			slices = 0;
			onProgress();
		}, 0);
	};
	return {
		result: () => result,
		update(state, page, width, onProgress) {
			const end = state.paused?.outputEnd ?? output.dropped + output.lines.length;
			query = {text: state.output.search?.line.text ?? '', end};
			result = search.search(output, query.text, end);
			if (!result.isDone) continueSearch(onProgress);
			const resolved = resolveSearchTarget(state.output, {searchResult: result, output, end, page, width});
			return resolved === state.output ? state : reduce(state, {type: 'output-set', output: resolved});
		},
		dispose() {
			cancelTimer?.();
		},
	};
};
