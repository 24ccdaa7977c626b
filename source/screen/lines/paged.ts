/** Cuts a long text into pages, with the position in the last line. Pure. */
import type {Scroll} from './scroll.ts';
import type {Line} from './segments.ts';

/**
 * @param height lines available; where not all fit, the last one shows the visible range
 * @param top index of the first visible line; the last page limits it
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
