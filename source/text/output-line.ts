import type {TextStyle} from './sgr.ts';

/** A line of the watched program's output, as untrusted text: sanitize it before it is shown. */
export type OutputLine = {
	stream: 'stdout' | 'stderr';
	text: string;
	at: number;
	/** The style left by the earlier lines of the stream; absent for plain. */
	style?: TextStyle;
};

export type OutputView = {
	readonly version: number;
	/** The newest lines, oldest first. */
	readonly lines: readonly OutputLine[];
	/** Older lines that are no longer held. */
	readonly dropped: number;
};
