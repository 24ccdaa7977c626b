/** Selections and details follow a replaced row: an unaccepted connection gets a new row on accept. Pure. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {ListState} from './basics.ts';
import type {State} from './state.ts';

/** @returns the same state where it refers to no replaced row; a paused snapshot still holds its rows */
export const followReplacedRows = (state: State, model: Pick<ModelView, 'rows' | 'replacementOf'>): State => {
	if (state.paused) return state;
	const replacementOf = (id: string | undefined): string | null =>
		id === undefined || model.rows.has(id) ? null : model.replacementOf(id);
	const withReplacedSelection = (list: ListState): ListState => {
		const id = replacementOf(list.selected?.id);
		return list.selected === null || id === null ? list : {...list, selected: {...list.selected, id}};
	};
	const {detail, lists} = state;
	const id = replacementOf(detail?.id);
	const connections = withReplacedSelection(lists.connections);
	const listeners = withReplacedSelection(lists.listeners);
	const isSame = connections === lists.connections && listeners === lists.listeners;
	if (isSame && id === null) return state;
	return {
		...state,
		lists: isSame ? lists : {connections, listeners},
		detail: detail === null || id === null ? detail : {...detail, id},
	};
};
