/** The history of kept filters, and steps through it. Pure; its owner saves it between runs. */
import type {EditedLine} from '../../text/cursor-window.ts';

/** Oldest first, without duplicates, at most `historyLimit` filters. */
export type FilterHistory = readonly string[];
export const historyLimit = 100;

/**
 * @returns the history with the filter as its newest; the same object for a blank filter, or the newest one
 */
export const addToHistory = (history: FilterHistory, text: string): FilterHistory => {
	const trimmed = text.trim();
	if (trimmed === '' || history.at(-1) === trimmed) return history;
	return [...history.filter(one => one !== trimmed), trimmed].slice(-historyLimit);
};

/** The position of the prompt in the history. */
export type HistoryCursor = {
	/** The line before the first step; a step past the newest filter restores it. */
	draft: EditedLine;
	/** Steps skip filters without this prefix. */
	prefix: string;
	/** Index of the filter that the line shows. */
	index: number;
};

/** The line after a step, and its position in the history; null for the restored draft. */
export type HistoryStep = {line: EditedLine; cursor: HistoryCursor | null};

/**
 * @param walk the position in the history; null before the first step
 * @param prefix the prefix for a first step
 * @param by -1 for an older filter, 1 for a newer one
 * @returns null when no further filter matches in that direction
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
