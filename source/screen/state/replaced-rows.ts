/** What is looked at goes on to the row that took its place: one that waited for accept has another once it is accepted. Pure. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {ListState} from './basics.ts';
import type {State} from './state.ts';

/** The same state where nothing of it is about a row that has an heir. A paused picture has its rows still. */
export const withHeirs = (state: State, model: Pick<ModelView, 'rows' | 'replacementOf'>): State => {
	if (state.paused) return state;
	const heirOf = (id: string | undefined): string | null =>
		id === undefined || model.rows.has(id) ? null : model.replacementOf(id);
	const inherited = (list: ListState): ListState => {
		const id = heirOf(list.selected?.id);
		return list.selected === null || id === null ? list : {...list, selected: {...list.selected, id}};
	};
	const {detail, lists} = state;
	const id = heirOf(detail?.id);
	const connections = inherited(lists.connections);
	const listeners = inherited(lists.listeners);
	const isSame = connections === lists.connections && listeners === lists.listeners;
	if (isSame && id === null) return state;
	return {
		...state,
		lists: isSame ? lists : {connections, listeners},
		detail: detail === null || id === null ? detail : {...detail, id},
	};
};
