/** The gauges laid out in a line. Pure. */
import {formatRate} from '../../domain/format.ts';
import {type Line, layoutLine, lineWidth, type Segment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {type Gauge, gravityOf, leastRank, type Stats} from './gauge.ts';
import {gaugesOf} from './make-gauges.ts';

const separator = ' · ';

/** Cells of the line, without the air at its ends, from which on what must always be there has room. */
const minWidthForPinned = 78;
/** In a shorter line that gives way while it is well. */
const pinnedRank = 3;

/**
 * The gauges and the rates in a line. Where there is no room the rates go first, then words become shorter, then what is well goes,
 * but for what netwatch sees and does not see; in the end the worst come first and the rest is counted: nothing that is amiss is
 * left out without a word.
 *
 * @param width cells
 */
export const gaugeLine = (stats: Stats, width: number): Line => {
	const gauges = gaugesOf(stats).map((gauge, index) => ({...gauge, rank: rankOf(gauge, index, width)}));
	const shortGauges = gauges.map(gauge => ({...gauge, text: gauge.shortText ?? gauge.text}));
	const [best] = [gauges, shortGauges]
		.map(gauges => ({
			told: gauges,
			line: layoutLine(gauges, rateSegments(stats.visible), {width, separator}),
		}))
		.filter(({told: gauges, line}) => hasAllRequired(line, gauges))
		.map(({told: gauges, line}) => ({line, count: shownCount(line, gauges)}))
		.toSorted((one, other) => other.count - one.count);
	return best?.line ?? worstFirstLine(shortGauges, width);
};

/** What is amiss goes last; so does, in a line of some length, what netwatch sees and does not see. */
const rankOf = (gauge: Gauge, index: number, width: number): number => {
	if (index === 0 || gravityOf(gauge) > 0) return 0;
	return gauge.isPinned === true ? (width >= minWidthForPinned ? 0 : pinnedRank) : gauge.rank;
};

const shownCount = (line: Line, gauges: readonly Gauge[]): number => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.filter(({text, rank}) => rank < leastRank && texts.has(text)).length;
};

/** Whether none is missing that is amiss or must not be left out. */
const hasAllRequired = (line: Line, gauges: readonly Gauge[]): boolean => {
	const texts = new Set(line.map(({text}) => text));
	return gauges.every(gauge => (gravityOf(gauge) === 0 && gauge.rank > 0) || texts.has(gauge.text));
};

/**
 * What netwatch sees and does not see, as far as there is room for it, then as many as fit of the others that are amiss, the
 * worst first, and how many more there are.
 */
const worstFirstLine = (gauges: readonly Gauge[], width: number): Line => {
	const isFirst = ({isPinned: always}: Gauge, index: number): boolean => index === 0 || always === true;
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
