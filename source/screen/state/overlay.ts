import type {Filter} from '../../query/filter/index.ts';
import type {FilterError} from '../../query/filter/parse-error.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import type {HistoryCursor} from '../prompt/history.ts';
import type {CompletionMenu} from '../prompt/menu.ts';
import type {Sort} from './basics.ts';
import type {ColumnChooser} from './column-choice.ts';

/** A block beside the filter prompt; any other key closes it. */
export type FilterAssist = {menu: CompletionMenu | null; historyCursor: HistoryCursor | null};
/** The typed text, the last filter that parsed, and the text's parse error. */
export type FilterState = {line: EditedLine; activeFilter: Filter | null; parseError: FilterError | null};
export type Overlay =
	/** The completion menu and the position in the history, while in use. */
	| ({type: 'filter'; previous: FilterState} & FilterAssist)
	| {type: 'sort'; previous: Sort}
	| ({type: 'columns'} & ColumnChooser)
	| {type: 'help'; top: number}
	/** Confirms the removal of closed rows. */
	| {type: 'forget'; ids: readonly string[]}
	| {type: 'quit'};
