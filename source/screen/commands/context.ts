/** The context that every key command receives, and the effects it can request from the owner. */
import type {Row} from '../../domain/row.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import type {ListTab} from '../state/basics.ts';
import type {ColumnChoice} from '../state/column-choice.ts';
import type {DetailLayout} from '../state/open.ts';
import type {Action, Mode, PausedSnapshot} from '../state/state.ts';
import type {FindingContext} from './findings.ts';

export type QuitChoice = 'end' | 'leave';

export type CommandContext = FindingContext & {
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
	effects: FindingContext['effects'] & {
		interrupt(): void;
		quit(choice: QuitChoice): void;
		redraw(): void;
		suspend(): void;
		showAllSockets(on: boolean): void;
		/** Exports rows to a file and reports its path in a notice. The callee owns the rows from then on. */
		writeRows(rows: readonly Row[]): void;
		/** Sends a text to the clipboard. @returns the status message */
		copyText(text: string): string;
		/** Removes closed rows from the table, by id. */
		forgetRows(ids: readonly string[]): void;
		/** Saves the chosen columns for later runs. */
		saveColumns(list: ListTab, choice: ColumnChoice | null): void;
		/** Adds a kept filter to the history. */
		saveFilter?(filter: string): void;
	};
};

/** null leaves the state unchanged. */
export type Command = (context: CommandContext) => Action | null;
