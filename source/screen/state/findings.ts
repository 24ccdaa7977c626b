/** State of the diagnoses tab. Immutable; no I/O, no clock. */

import {unreachable} from '../../shared/unreachable.ts';
import type {Fold, Selection} from './basics.ts';

export type FindingsState = {
	/** Id of the selected line. */
	selected: Selection | null;
	/** Index of the first visible line. */
	top: number;
	/** By rule; groups without an entry are cut when long. */
	folds: ReadonlyMap<string, Fold>;
	/** Key of the finding whose detail is open. */
	open: {key: number; top: number} | null;
};

export type FindingsAction =
	| {type: 'finding-select'; selection: Selection | null; top?: number}
	| {type: 'finding-fold'; rule: string; fold: Fold | null; selection: Selection}
	| {type: 'finding-open'; key: number; selection: Selection}
	| {type: 'finding-scroll'; top: number};

export const initialFindingsState: FindingsState = {selected: null, top: 0, folds: new Map(), open: null};

/** @returns the same object when nothing changed */
export const reduceFindings = (state: FindingsState, action: FindingsAction): FindingsState => {
	switch (action.type) {
		case 'finding-select': {
			const {selection, top = state.top} = action;
			const {selected} = state;
			const isSame = selection?.id === selected?.id && selection?.index === selected?.index;
			return isSame && top === state.top ? state : {...state, selected: isSame ? selected : selection, top};
		}
		case 'finding-fold': {
			const {rule, fold, selection} = action;
			if ((state.folds.get(rule) ?? null) === fold) return state;
			const folds = new Map(state.folds);
			if (fold === null) folds.delete(rule);
			else folds.set(rule, fold);
			return {...state, folds, selected: selection};
		}
		case 'finding-open':
			if (state.open?.key === action.key) return state;
			return {...state, open: {key: action.key, top: 0}, selected: action.selection};
		case 'finding-scroll':
			if (state.open === null || state.open.top === action.top) return state;
			return {...state, open: {key: state.open.key, top: action.top}};
		default:
			return unreachable(action, 'action');
	}
};
