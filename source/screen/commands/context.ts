/** What the commands of the keys are given, and what they may ask of the owner. */
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
	/** What a detail has above its steps. */
	detailLayout: DetailLayout;
	/** The command has not ended. */
	isRunning: boolean;
	/** Sockets of no watched process are rows, too. */
	showsAll: boolean;
	/** The row whose detail is open, also when it has left the table. */
	detailRow: Row | null;
	/** What is found, or was when the picture was paused. */
	findings: PausedSnapshot['findings'];
	takeSnapshot(): PausedSnapshot;
	/** The wall clock, also while the picture is paused, in ms since the epoch. */
	wallClock: number;
	/** All rows, or all of the paused picture, in any order; those that are filtered out too. */
	rows(): Iterable<Row>;
	effects: FindingContext['effects'] & {
		interrupt(): void;
		quit(choice: QuitChoice): void;
		redraw(): void;
		suspend(): void;
		showAllSockets(on: boolean): void;
		/** Writes rows to a file, which tells where; they are the caller's no longer. */
		writeRows(rows: readonly Row[]): void;
		/** Sends a text for the clipboard. @returns what to say of it */
		copyText(text: string): string;
		/** Closed rows, by id, are to leave the table. */
		forgetRows(ids: readonly string[]): void;
		/** What was chosen is to be there in the next run. */
		saveColumns(list: ListTab, choice: ColumnChoice | null): void;
		/** A filter was kept, and may be wanted again. */
		saveFilter?(filter: string): void;
	};
};

/** null changes nothing. */
export type Command = (context: CommandContext) => Action | null;
