/** Filters that were kept before, and the way through them. Pure; the owner keeps them between runs. */
import type {EditedLine} from '../../text/cursor-window.ts';

/** The oldest first, each once, at most so many. */
export type FilterHistory = readonly string[];
export const historyLimit = 100;

/** @returns the history with the filter as its newest; the same object where it is that already */
export const addToHistory = (history: FilterHistory, text: string): FilterHistory => {
	const trimmed = text.trim();
	if (trimmed === '' || history.at(-1) === trimmed) return history;
	return [...history.filter(one => one !== trimmed), trimmed].slice(-historyLimit);
};

/** Somebody is on the way through the history. */
export type HistoryCursor = {
	/** What stood in the line before: it comes back behind the newest. */
	draft: EditedLine;
	/** Only filters that begin so are met. */
	prefix: string;
	/** Index of the filter in the line. */
	index: number;
};

/** The line after a step, and where that is; no walk where what was typed is back. */
export type HistoryStep = {line: EditedLine; cursor: HistoryCursor | null};

/**
 * @param walk null where none has begun
 * @param prefix what a walk that begins now looks for
 * @param by -1 for an older filter, 1 for a newer one
 * @returns null where there is none in that direction
 */
export const stepHistory = (
	history: FilterHistory,
	{line, walk: cursor}: {line: EditedLine; walk: HistoryCursor | null},
	prefix: string,
	by: 1 | -1,
): HistoryStep | null => {
	const start: HistoryCursor = cursor ?? {draft: line, prefix, index: history.length};
	for (let at = start.index + by; at >= 0 && at < history.length; at += by) {
		const text = history[at];
		if (text?.startsWith(start.prefix) && text !== line.text)
			return {line: {text, cursor: text.length}, cursor: {...start, index: at}};
	}
	return by > 0 && cursor !== null ? {line: cursor.draft, cursor: null} : null;
};
