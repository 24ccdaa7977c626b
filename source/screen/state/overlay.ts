import type {Filter} from '../../query/filter/index.ts';
import type {FilterError} from '../../query/filter/parse-error.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import type {Walk} from '../prompt/history.ts';
import type {Menu} from '../prompt/menu.ts';
import type {Sort} from './basics.ts';
import type {Chooser} from './column-choice.ts';

/** What stands beside a filter that is typed; any other key ends it. */
export type Aids = {menu: Menu | null; walk: Walk | null};
/** What is typed, the last filter that was understood, and what is wrong with the text now. */
export type FilterState = {line: EditedLine; good: Filter | null; problem: FilterError | null};
export type Overlay =
	/** What the text can be completed to, and the way through earlier filters, while either is under way. */
	| ({type: 'filter'; before: FilterState} & Aids)
	| {type: 'sort'; before: Sort}
	| ({type: 'columns'} & Chooser)
	| {type: 'help'; top: number}
	/** Whether these closed rows are to be forgotten. */
	| {type: 'forget'; ids: readonly string[]}
	| {type: 'quit'};
