import type {Filter} from '../../query/filter/index.ts';
import type {FilterError} from '../../query/filter/parse-error.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import type {HistoryCursor} from '../prompt/history.ts';
import type {CompletionMenu} from '../prompt/menu.ts';
import type {Sort} from './basics.ts';
import type {ColumnChooser} from './column-choice.ts';

/** What stands beside a filter that is typed; any other key ends it. */
export type FilterAssist = {menu: CompletionMenu | null; historyCursor: HistoryCursor | null};
/** What is typed, the last filter that was understood, and what is wrong with the text now. */
export type FilterState = {line: EditedLine; activeFilter: Filter | null; parseError: FilterError | null};
export type Overlay =
	/** What the text can be completed to, and the way through earlier filters, while either is under way. */
	| ({type: 'filter'; previous: FilterState} & FilterAssist)
	| {type: 'sort'; previous: Sort}
	| ({type: 'columns'} & ColumnChooser)
	| {type: 'help'; top: number}
	/** Whether these closed rows are to be forgotten. */
	| {type: 'forget'; ids: readonly string[]}
	| {type: 'quit'};
