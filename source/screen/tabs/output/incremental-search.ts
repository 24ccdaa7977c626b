import type {OutputView} from '../../../text/output-line.ts';
import {reduce} from '../../state/reduce.ts';
import type {State} from '../../state/state.ts';
import {createOutputSearch, emptySearchResult, resolveSearchTarget, type SearchResult} from './search.ts';

export type IncrementalSearch = {
	/** What the last look has found. */
	result(): SearchResult;
	/**
	 * Looks on, and chooses the match that is wanted.
	 *
	 * @param page lines of the window, `width` its cells
	 * @param goOn is called a moment later where older lines still have to be looked at
	 */
	update(state: State, page: number, width: number, goOn: () => void): State;
	dispose(): void;
};

const slicesPerFrame = 8;

/** The search in the output, piece by piece: `later` runs the next piece when keys have been answered. */
export const createIncrementalSearch = (
	output: OutputView,
	setTimer: (run: () => void, ms: number) => () => void,
): IncrementalSearch => {
	const search = createOutputSearch();
	let result = emptySearchResult;
	let cancelTimer: (() => void) | null = null;
	let query = {text: '', end: 0};
	/** A picture of each piece would cost more than the pieces. */
	let slices = 0;

	const continueSearch = (onProgress: () => void): void => {
		cancelTimer ??= setTimer(() => {
			cancelTimer = null;
			slices += 1;
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
