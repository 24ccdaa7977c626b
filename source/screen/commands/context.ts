/** What the commands of the keys are given, and what they may ask of the owner. */
import type {Row} from '../../domain/row.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Picture} from '../rows/visible-rows.ts';
import type {ListTab} from '../state/basics.ts';
import type {ColumnChoice} from '../state/column-choice.ts';
import type {DetailShows} from '../state/open.ts';
import type {Action, Frozen, Mode} from '../state/state.ts';
import type {FindingContext} from './findings.ts';

export type QuitChoice = 'end' | 'leave';

export type CommandContext = FindingContext & {
	mode: Mode;
	picture: Picture;
	scroll: Scroll;
	/** What a detail has above its steps. */
	shows: DetailShows;
	/** The command has not ended. */
	running: boolean;
	/** Sockets of no watched process are rows, too. */
	showsAll: boolean;
	/** The row whose detail is open, also when it has left the table. */
	detailRow: Row | null;
	/** What is found, or was when the picture was paused. */
	found: Frozen['found'];
	/** The rows of the picture, in any order, and those that are filtered out. */
	allRows(): Iterable<Row>;
	freeze(): Frozen;
	/** The wall clock, also while the picture is paused, in ms since the epoch. */
	time: number;
	/** All rows, those that are not shown included. */
	rows(): Iterable<Row>;
	effects: FindingContext['effects'] & {
		interrupt(): void;
		quit(choice: QuitChoice): void;
		redraw(): void;
		suspend(): void;
		showAll(on: boolean): void;
		/** Writes rows to a file, which tells where; they are the caller's no longer. */
		writeRows(rows: readonly Row[]): void;
		/** Sends a text for the clipboard. @returns what to say of it */
		copy(text: string): string;
		/** Closed rows, by id, are to leave the table. */
		forget(ids: readonly string[]): void;
		/** What was chosen is to be there in the next run. */
		keepColumns(list: ListTab, choice: ColumnChoice | null): void;
		/** A filter was kept, and may be wanted again. */
		remember?(filter: string): void;
	};
};

/** null changes nothing. */
export type Command = (context: CommandContext) => Action | null;
