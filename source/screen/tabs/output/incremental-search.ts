import type {OutputView} from '../../../text/output-line.ts';
import {reduce} from '../../state/reduce.ts';
import type {State} from '../../state/state.ts';
import {createOutputSearch, type Found, nothingFound, settleSearch} from './search.ts';

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

const piecesAPicture = 8;

/** The search in the output, piece by piece: `later` runs the next piece when keys have been answered. */
export const createSearching = (
	output: OutputView,
	later: (run: () => void, ms: number) => () => void,
): Searching => {
	const search = createOutputSearch();
	let found = nothingFound;
	let prevent: (() => void) | null = null;
	let wanted = {text: '', end: 0};
	/** A picture of each piece would cost more than the pieces. */
	let pieces = 0;

	const lookOn = (goOn: () => void): void => {
		prevent ??= later(() => {
			prevent = null;
			pieces += 1;
			found = search.look(output, wanted.text, wanted.end);
			if (!found.isDone && pieces < piecesAPicture) {
				lookOn(goOn);
				return;
			}
			pieces = 0;
			goOn();
		}, 0);
	};
	return {
		found: () => found,
		settle(state, page, width, goOn) {
			const end = state.paused?.outputEnd ?? output.dropped + output.lines.length;
			wanted = {text: state.output.search?.line.text ?? '', end};
			found = search.look(output, wanted.text, end);
			if (!found.isDone) lookOn(goOn);
			const settled = settleSearch(state.output, {found, output, end, page, width});
			return settled === state.output ? state : reduce(state, {type: 'output-set', output: settled});
		},
		dispose() {
			prevent?.();
		},
	};
};
