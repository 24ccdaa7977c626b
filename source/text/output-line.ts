import type {TextStyle} from './sgr.ts';

/** A line of the watched program's output, as text from outside: escape it before it is shown. */
export type OutputLine = {
	stream: 'stdout' | 'stderr';
	text: string;
	at: number;
	/** What the lines before it in its stream have left switched on; plain where it is absent. */
	style?: TextStyle;
};

export type OutputView = {
	readonly version: number;
	/** The newest lines, oldest first. */
	readonly lines: readonly OutputLine[];
	/** Older lines that are no longer held. */
	readonly dropped: number;
};
