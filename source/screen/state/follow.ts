/** Whether the window of a list goes with the chosen row. Immutable; no I/O, no clock. */
import type {ListState, Selection, StatusMessage} from './basics.ts';

export type FollowAction =
	| {type: 'follow'; selection: Selection}
	| {type: 'follow-not'}
	/** The row is gone, and another one is chosen in its place. */
	| {type: 'follow-lost'; said: StatusMessage};

/** @returns what changes of the list */
export const reduceFollow = (action: FollowAction): Partial<ListState> =>
	action.type === 'follow' ? {follow: true, selected: action.selection} : {follow: false};
