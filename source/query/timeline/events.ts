/** The merged list of events: both ends' steps, the kernel's facts, the loops' blocked spans. Pure. */
import {formatMs} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {synRetransmits} from './connect-lanes.ts';
import type {LoopLane} from './loop-lanes.ts';
import {type Ends, type Lane, type ObservedEnd, type Side, sideOf, type TimelineEvent} from './types.ts';

/** Order of simultaneous events: the client before the server, and both before the kernel and the loop. */
const sideOrder: Readonly<Record<Side | 'kernel' | 'loop' | 'none', number>> = {
	client: 0,
	none: 0,
	server: 1,
	kernel: 2,
	loop: 3,
};
const rank = ({side}: TimelineEvent): number => sideOrder[side ?? 'none'];

/** @returns in the order of time; bounded by the stored steps of both rows and spans of both threads */
export const eventsOf = (
	{own, client, server, isPair}: Ends,
	lanes: readonly Lane[],
	loops: readonly LoopLane[],
): TimelineEvent[] => {
	const both = isPair ? [client, server].filter(end => end !== null) : [own];
	const events = [
		...both.flatMap(stepsOf),
		...queuedEvents(lanes),
		...both.flatMap(({row}) => kernelFacts(row, isPair)),
		...loops.flatMap(loopEvents),
	];
	return events.toSorted((one, other) => one.at - other.at || rank(one) - rank(other));
};

const stepsOf = ({row}: ObservedEnd): TimelineEvent[] =>
	row.steps.map(({at, step, fields}) => ({at, side: sideOf(row), name: step, detail: fields}));

const queuedEvents = (lanes: readonly Lane[]): TimelineEvent[] =>
	lanes
		.filter(({name}) => name === 'queued')
		.flatMap(({spans, note}) =>
			spans.map(({from, to}) => ({
				at: to ?? from,
				side: 'kernel' as const,
				name: to === null ? 'waits' : 'queued',
				detail: {ms: to === null ? null : to - from, note: note ?? (to === null ? 'not accepted yet' : null)},
			})),
		);

const kernelFacts = (row: Row, isPair: boolean): TimelineEvent[] => {
	const {kernel, stage, stageSince} = row;
	if (kernel === null) return [];
	const side = isPair ? sideOf(row) : null;
	const withSide = (text: string): string => (side === null ? text : `${side}: ${text}`);
	const fact = (at: number, name: string, note: string): TimelineEvent => ({
		at,
		side: 'kernel',
		name,
		detail: {note: withSide(note)},
	});
	const facts: TimelineEvent[] = [];
	const {info, infoSeenAt} = kernel;
	if (info !== null && infoSeenAt !== null) {
		const syns = synRetransmits(row);
		if (syns > 0) facts.push(fact(infoSeenAt, 'retransmits', `${syns} SYN by now`));
		else if (info.retransTotal > 0) facts.push(fact(infoSeenAt, 'retransmits', retransmitText(info)));
		if (info.rwndLimitedMs > 0) {
			const ms = formatMs(info.rwndLimitedMs);
			facts.push(fact(infoSeenAt, 'window', `held up ${ms} by its peer's`));
		}
	}
	if (stage === 'lingering' && lingeringStates.has(kernel.state))
		facts.push(fact(stageSince, 'lingers', kernel.state));
	return facts;
};

/** Retransmitted segments without bytes are SYNs and FINs. */
const retransmitText = ({retransTotal, bytesRetrans}: {retransTotal: number; bytesRetrans: number}): string =>
	`${retransTotal} by now${bytesRetrans === 0 ? ', no data among them' : `, ${bytesRetrans} bytes`}`;

const loopEvents = ({lane: {side}, spans}: LoopLane): TimelineEvent[] =>
	spans.map(({from, to}) => ({
		at: from,
		side: 'loop' as const,
		name: to === null ? 'silent' : 'blocked',
		detail: {ms: to === null ? null : to - from, note: side === null ? null : `the ${side}'s`},
	}));
