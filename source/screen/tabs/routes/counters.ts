/** The kernel's counters, as lines of the routes tab. Pure. */
import {formatCount, formatPerSecond, notObserved} from '../../../domain/format.ts';
import type {ModelView} from '../../../domain/view/model-view.ts';
import type {KernelSummary} from '../../../domain/view/namespace.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {type Line, layoutLine, type Segment} from '../../lines/segments.ts';

/** One line per namespace, with its number where there are several. */
export const counterLines = (kernel: ModelView['kernel'], width: number): Line[] =>
	[...kernel.values()].map(summary => {
		const name: Segment[] = kernel.size > 1 ? [{text: sanitize(summary.netns), tone: 'faint'}] : [];
		const line = layoutLine([...name, ...counterSegments(summary)], [], {width: width - 2, separator: ' · '});
		return [{text: ' '}, ...line];
	});

const counterSegments = ({counters, rates, ephemeral}: KernelSummary): Segment[] => [
	{text: `TIME-WAIT ${withLimit(counters.timeWait, counters.timeWaitLimit)}`},
	{text: ephemeralText(ephemeral, counters), rank: 1},
	{text: `listen drops ${withRate(counters.listenDrops, rates?.listenDrops)}`, rank: 2},
	{text: `overflows ${withRate(counters.listenOverflows, rates?.listenOverflows)}`, rank: 3},
	{text: `retrans ${withRate(counters.retransSegs, rates?.retransSegs)}`, rank: 2},
	{text: `orphans ${withLimit(counters.orphans, counters.orphanLimit)}`, rank: 4},
	{text: `SYN drops ${withRate(counters.synDrops, rates?.synDrops)}`, rank: 5},
	{text: `resets ${withRate(counters.resets, rates?.resets)}`, rank: 6},
	{text: `failed attempts ${withRate(counters.attemptFails, rates?.attemptFails)}`, rank: 7},
	{text: `somaxconn ${counters.somaxconn ?? notObserved}`, rank: 8},
];

/** "3 of 28k ports to 10.0.0.9:443", else the range alone. */
const ephemeralText = (
	use: KernelSummary['ephemeral'],
	{ephemeralLow, ephemeralHigh}: KernelSummary['counters'],
): string => {
	if (use !== null)
		return `ports ${formatCount(use.used)} of ${formatCount(use.range)} to ${peerEndpoint(use)}`;
	if (ephemeralLow === null || ephemeralHigh === null) return 'ports –';
	return `ports ${ephemeralLow}–${ephemeralHigh}`;
};

/** "10.0.0.9:443" */
export const peerEndpoint = ({peer, peerPort}: {peer: string; peerPort: number}): string =>
	`${peer.includes(':') ? `[${sanitize(peer)}]` : sanitize(peer)}:${peerPort}`;

const withLimit = (value: number | null, limit: number | null): string =>
	limit === null ? formatCount(value) : `${formatCount(value)} of ${formatCount(limit)}`;

const withRate = (value: number | null, rate: number | null | undefined): string =>
	rate ? `${formatCount(value)} +${formatPerSecond(rate)}/s` : formatCount(value);
