/** What is looked at goes on to the row that took its place: one that waited for accept has another once it is accepted. Pure. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {ListState} from './basics.ts';
import type {State} from './state.ts';

/** The same state where nothing of it is about a row that has an heir. A paused picture has its rows still. */
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
