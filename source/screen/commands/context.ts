/** What every key command receives, and what it can ask for. */
import type {Row} from '../../domain/row.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import type {ListTab} from '../state/basics.ts';
import type {ColumnChoice} from '../state/column-choice.ts';
import type {DetailLayout} from '../state/open.ts';
import type {Action, Mode, PausedSnapshot} from '../state/state.ts';
import type {FindingContext} from './findings.ts';

export type QuitChoice = 'end' | 'leave';

/** What a key may ask of the screen's owner, and of the terminal. */
export type Effects = FindingContext['effects'] & {
	/** Ctrl-C while the command runs: the owner signals the command. */
	interrupt(): void;
	/** The user quits: the owner ends the command or leaves it running, and unmounts. */
	quit(choice: QuitChoice): void;
	redraw(): void;
	/** Ctrl-Z: the owner stops netwatch, with `release` before and `reclaim` after, or reports why not. */
	suspend(): void;
	/** Switches rows for sockets of other processes on or off. */
	showAllSockets(on: boolean): void;
	/** Exports rows to a file and reports its path in a notice. The callee owns the rows from then on. */
	writeRows(rows: readonly Row[]): void;
	/** Sends a text to the clipboard. @returns the status message */
	copyText(text: string): string;
	/** Removes closed rows from the table, by id. */
	forgetRows(ids: readonly string[]): void;
	/** Saves the columns of a table for later runs; null for the default. */
	saveColumns(list: ListTab, choice: ColumnChoice | null): void;
	/** Saves a kept filter for later runs. */
	saveFilter?(filter: string): void;
};

export type KeyContext = FindingContext & {
	mode: Mode;
	visible: VisibleRows;
	scroll: Scroll;
	/** The block above the steps of a detail. */
	detailLayout: DetailLayout;
	/** The command has not exited. */
	isRunning: boolean;
	/** Sockets of unwatched processes are rows, too. */
	showsAll: boolean;
	/** The row whose detail is open; kept after the row has left the table. */
	detailRow: Row | null;
	/** The findings; during a pause, those of the paused snapshot. */
	findings: PausedSnapshot['findings'];
	takeSnapshot(): PausedSnapshot;
	/** Wall clock in ms since the epoch; it runs on during a pause. */
	wallClock: number;
	/** All rows of the model or of the paused snapshot, unsorted and unfiltered. */
	rows(): Iterable<Row>;
	effects: Effects;
};

/** null leaves the state unchanged. */
export type KeyCommand = (context: KeyContext) => Action | null;
