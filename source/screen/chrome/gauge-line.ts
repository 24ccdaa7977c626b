/** Lays the gauges out in a line. Pure. */
import {formatRate} from '../../domain/format.ts';
import {type Line, layoutLine, lineWidth, type Segment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {type Gauge, gravityOf, leastRank, type Stats} from './gauge.ts';
import {gaugesOf} from './make-gauges.ts';

const separator = ' · ';

/** Least width of the line, in cells and without its margins, that keeps every pinned gauge. */
const minWidthForPinned = 78;
/** The rank of a healthy pinned gauge on a shorter line. */
const pinnedRank = 3;

/**
 * Lays out the gauges and the rates, with the full or the short texts: the form that keeps more gauges wins.
 * A narrow line drops the rates and gauges of `leastRank`, then other healthy gauges, by rank. Where a gauge
 * of rank 0 would be dropped, the worst come first and the rest is counted: no problem is left out unnoticed.
 *
 * @param width cells
 */
export const gaugeLine = (stats: Stats, width: number): Line => {
	const gauges = gaugesOf(stats).map((gauge, index) => ({...gauge, rank: rankOf(gauge, index, width)}));
	const shortGauges = gauges.map(gauge => ({...gauge, text: gauge.shortText ?? gauge.text}));
	const [best] = [gauges, shortGauges]
		.map(gauges => ({
			gauges,
			line: layoutLine(gauges, rateSegments(stats.visible), {width, separator}),
		}))
		.filter(({gauges, line}) => hasAllRequired(line, gauges))
		.map(({gauges, line}) => ({line, count: shownCount(line, gauges)}))
		.toSorted((one, other) => other.count - one.count);
	return best?.line ?? worstFirstLine(shortGauges, width);
};

/**
 * 0 (never dropped) for the first gauge, for a problem and, from `minWidthForPinned` on, for a pinned gauge.
 */
const rankOf = (gauge: Gauge, index: number, width: number): number => {
	if (index === 0 || gravityOf(gauge) > 0) return 0;
	return gauge.isPinned === true ? (width >= minWidthForPinned ? 0 : pinnedRank) : gauge.rank;
};

const shownCount = (line: Line, gauges: readonly Gauge[]): number => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.filter(({text, rank}) => rank < leastRank && texts.has(text)).length;
};

/** Whether the line has every gauge that shows a problem or has rank 0. */
const hasAllRequired = (line: Line, gauges: readonly Gauge[]): boolean => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.every(gauge => (gravityOf(gauge) === 0 && gauge.rank > 0) || texts.has(gauge.text));
};

/**
 * The first gauge and the pinned ones (on a short line only those with a problem), then the other problems,
 * the worst first: as many as fit, and the number of the rest.
 */
const worstFirstLine = (gauges: readonly Gauge[], width: number): Line => {
	const isFirst = ({isPinned}: Gauge, index: number): boolean => index === 0 || isPinned === true;
	const first = gauges.filter(isFirst);
	const problems = gauges
		.filter((gauge, index) => !isFirst(gauge, index) && gravityOf(gauge) > 0)
		.toSorted((one, other) => gravityOf(other) - gravityOf(one));
	const isKept = (gauge: Gauge, index: number): boolean =>
		index === 0 || width >= minWidthForPinned || gravityOf(gauge) > 0;
	const selected = [...first.filter(isKept), ...problems];
	for (let count = selected.length; count > 1; count--) {
		const line = joinGauges(selected, count);
		if (lineWidth(line) <= width) return line;
	}
	return layoutLine(joinGauges(selected, 1), [], {width, separator: ''});
};

const joinGauges = (gauges: readonly Gauge[], count: number): Line => {
	const shown = gauges.slice(0, count).flatMap(({text, shortText: short, tone}, index): Segment[] => {
		const segment = {text: short ?? text, tone};
		return index === 0 ? [segment] : [{text: separator, tone: 'faint'}, segment];
	});
	const hiddenCount = gauges.length - count;
	return hiddenCount === 0 ? shown : [...shown, {text: ` +${hiddenCount} ?`, tone: 'waiting'}];
};

const rateSegments = ({inBps, outBps}: VisibleRows): Segment[] => [
	{text: `in ${formatRate(inBps)}`, tone: inBps ? 'plain' : 'faint', rank: 7},
	{text: `out ${formatRate(outBps)}`, tone: outBps ? 'plain' : 'faint', rank: 7},
];
