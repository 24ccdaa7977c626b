/** Which end of a connection. */

import type {ProcessRow} from '../../domain/process.ts';
import type {Address, Row} from '../../domain/row.ts';

export type Side = 'client' | 'server';

export type TimelineEvent = {
	/** ms since the epoch. */
	at: number;
	/** Who tells it; null for a socket of which it is not known which end it is. */
	side: Side | 'kernel' | 'loop' | null;
	/** A step's name, or what the kernel or the loop tells. */
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
	/** Whose it is, where both ends could have one. */
	side: Side | null;
	/** Of an attempt to connect: the candidate. */
	address: Address | null;
	outcome: 'ok' | 'failed' | null;
	/** In the order of time. A loop that was never blocked has none. */
	spans: readonly Span[];
	/** What else is known of it, in a few words. */
	note: string | null;
};

export type Timeline = {
	/** When the first thing happened, ms since the epoch. */
	from: number;
	/** When the last thing ended; while anything goes on, the time that was given as now. */
	to: number;
	/** Where a long rest follows in which nothing changes: the end of what came before it. */
	quietSince: number | null;
	events: readonly TimelineEvent[];
	lanes: readonly Lane[];
	/** Steps that are no longer held, of each end. */
	missing: readonly {side: Side | null; steps: number}[];
};

export type ObservedEnd = {
	row: Row;
	/** Its event loop; null where no hook tells. */
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
	/** The one that is looked at. */
	own: ObservedEnd;
	client: ObservedEnd | null;
	server: ObservedEnd | null;
	/** Both ends have a row. */
	isPair: boolean;
	now: number;
};

/** @returns which end of a connection a row is */
export const sideOf = ({role}: Row): Side | null => (role === 'client' || role === 'server' ? role : null);
