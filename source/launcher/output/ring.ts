import type {OutputLine} from '../../text/output-line.ts';

export const defaultMaxLines = 5000;
/** In UTF-16 units, which for most output are bytes. */
export const defaultMaxCharacters = 4 * 1024 * 1024;

export type OutputRing = {
	/** The newest lines, oldest first. */
	readonly lines: readonly OutputLine[];
	/** Number of dropped lines. */
	readonly dropped: number;
	push(newer: readonly OutputLine[]): void;
	/** Replaces a line that was pushed before; appends the new one where the old one was dropped. */
	replace(old: OutputLine, line: OutputLine): void;
	/** Counts dropped lines that were never pushed. */
	countDropped(count: number): void;
	/** Drops a stream's lines, so that the held ones have no gap. */
	removeStream(stream: OutputLine['stream']): void;
};

export const createOutputRing = (
	maxLines = defaultMaxLines,
	maxCharacters = defaultMaxCharacters,
): OutputRing => {
	let lines: OutputLine[] = [];
	let characters = 0;
	let dropped = 0;

	const evict = () => {
		let excess = 0;
		while (lines.length - excess > maxLines || (characters > maxCharacters && lines.length - excess > 1)) {
			characters -= lines[excess]?.text.length ?? 0;
			excess += 1;
		}
		if (excess > 0) lines.splice(0, excess);
		dropped += excess;
	};
	const push = (newer: readonly OutputLine[]) => {
		for (const line of newer) {
			lines.push(line);
			characters += line.text.length;
		}
		evict();
	};

	return {
		get lines() {
			return lines;
		},
		get dropped() {
			return dropped;
		},
		push,
		replace(old, line) {
			const index = lines.lastIndexOf(old);
			if (index < 0) {
				push([line]);
				return;
			}
			lines[index] = line;
			characters += line.text.length - old.text.length;
			evict();
		},
		countDropped(count) {
			dropped += count;
		},
		removeStream(stream) {
			const kept = lines.filter(line => line.stream !== stream);
			dropped += lines.length - kept.length;
			characters = kept.reduce((sum, {text}) => sum + text.length, 0);
			lines = kept;
		},
	};
};
