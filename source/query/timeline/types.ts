/** The types of a connection's timeline. */

import type {ProcessRow} from '../../domain/process.ts';
import type {Address, Row} from '../../domain/row.ts';

export type Side = 'client' | 'server';

export type TimelineEvent = {
	/** ms since the epoch. */
	at: number;
	/** The source: an end, the kernel or an event loop; null for a socket of unknown role. */
	side: Side | 'kernel' | 'loop' | null;
	/** The name of a step, or of a fact from the kernel or the event loop. */
	name: string;
	/** The step's own fields, as in the record format. */
	detail: Readonly<Record<string, unknown>>;
};

export const laneNames = [
	'lookup',
	'connect',
	'queued',
	'tls',
	'first byte',
	'answer',
	'requests',
	'draining',
	'paused',
	'idle',
	'closing',
	'lingering',
	'loop',
] as const;
export type LaneName = (typeof laneNames)[number];

/** ms since the epoch; `to` is null while it goes on. */
export type Span = {from: number; to: number | null};

/** One line of the waterfall. */
export type Lane = {
	name: LaneName;
	/** The lane's end, where both ends may have such a lane. */
	side: Side | null;
	/** The candidate of a connection attempt. */
	address: Address | null;
	outcome: 'ok' | 'failed' | null;
	/** In the order of time; empty for a loop that was never blocked. */
	spans: readonly Span[];
	/** A short remark. */
	note: string | null;
};

export type Timeline = {
	/** Time of the first event, ms since the epoch. */
	from: number;
	/** Time of the last event; the present time while a span goes on. */
	to: number;
	/** Start of a long time without a change, after earlier spans; null where there is none. */
	quietSince: number | null;
	events: readonly TimelineEvent[];
	lanes: readonly Lane[];
	/** Dropped steps of each end. */
	missing: readonly {side: Side | null; steps: number}[];
};

export type ObservedEnd = {
	row: Row;
	/** The thread of its event loop; null without a hook. */
	thread: ProcessRow | null;
};

export type TimelineOptions = {
	/** The connection's other end, where that has a row too. */
	pair: ObservedEnd | null;
	/** ms since the epoch. */
	now: number;
};

/** Both ends by their part in the connection. */
export type Ends = {
	/** The end whose timeline is shown. */
	own: ObservedEnd;
	client: ObservedEnd | null;
	server: ObservedEnd | null;
	/** Both ends have a row. */
	isPair: boolean;
	now: number;
};

/** @returns which end of a connection a row is */
export const sideOf = ({role}: Row): Side | null => (role === 'client' || role === 'server' ? role : null);
