/** A text that is read like a page: that it goes on must not be missed. Pure. */
import type {Scroll} from './scroll.ts';
import type {Line} from './segments.ts';

/**
 * @param height lines there are; where not all fit, the last one says which are in sight
 * @param top the line to begin with, if there are as many
 */
export const paginate = (
	allLines: readonly Line[],
	{top, height}: {top: number; height: number},
): {lines: readonly Line[]; scroll: Scroll} => {
	const {length: count} = allLines;
	if (count <= height) return {lines: allLines, scroll: {top: 0, page: height, count}};
	const page = height - 1;
	const from = Math.min(top, count - page);
	const end = from + page;
	const marks = `${from > 0 ? '↑' : ''}${end < count ? '↓' : ''}`;
	const positionLine: Line = [{text: ` lines ${from + 1}–${end} of ${count} ${marks}`, tone: 'faint'}];
	return {lines: [...allLines.slice(from, end), positionLine], scroll: {top: from, page, count}};
};
