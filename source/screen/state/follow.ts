/** Whether a list scrolls with its selected row. Immutable; no I/O, no clock. */
import type {ListState, Selection, StatusMessage} from './basics.ts';

export type FollowAction =
	| {type: 'follow'; selection: Selection}
	| {type: 'follow-not'}
	/** The selected row is gone, and its successor is selected. */
	| {type: 'follow-lost'; said: StatusMessage};

/** @returns the changed properties of the list */
export const reduceFollow = (action: FollowAction): Partial<ListState> =>
	action.type === 'follow' ? {follow: true, selected: action.selection} : {follow: false};
