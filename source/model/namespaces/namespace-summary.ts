/** The state of each network namespace beside its sockets: counters, their rates, ephemeral ports. */

import type {SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';
import type {KernelCounters, Row} from '../../domain/row.ts';
import type {KernelRates, KernelSummary} from '../../domain/view/namespace.ts';
import {createRate, type Rate, updateRate} from '../../shared/rate.ts';
import {createEphemeralCount, type EphemeralCount, rangeOf} from './ephemeral-ports.ts';

export type KernelSummaries = {
	/** By namespace, since its first complete table. */
	readonly view: ReadonlyMap<string, KernelSummary>;
	readonly totals: KernelTotals;
	/** A row has a peer. */
	trackPeer(row: Row): void;
	/** A round over all rows with a peer has ended. */
	endRound(): void;
	/** Some sockets of an unfinished snapshot. */
	addPart(part: SnapshotPart): void;
	/** A snapshot has ended. */
	endSnapshot(end: SnapshotEnd): void;
	counters(netns: string, at: number, counters: KernelCounters): void;
	/** The cap on the backlog of listen() in a namespace; null where unknown. */
	somaxconn(netns: string): number | null;
	/** Drops a namespace that is no longer polled. Its part of the totals stays. */
	dropNamespace(netns: string): void;
	/**
	 * A clock tick.
	 *
	 * @returns whether a value has expired
	 */
	tick(now: number): boolean;
};

/** Over the whole session and all namespaces. */
export type KernelTotals = {
	/** Drops of listeners since their first snapshot; null where no kernel reports them. */
	listenDrops: number | null;
	/** The most lines of ss in one snapshot that were not understood. */
	notUnderstood: number;
};

type Namespace = {
	counters: KernelCounters;
	countersAt: number;
	rates: ReadonlyMap<keyof KernelRates, Rate>;
	ephemeral: EphemeralCount;
	listenDrops: number | null;
};

/** Above any number watched at a time; the one polled longest ago is evicted first. */
const maxNamespaces = 64;
/** Older rates do not describe the present. */
const rateMaxAgeMs = 10_000;

export function createKernelSummaries(): KernelSummaries {
	const namespaces = new Map<string, Namespace>();
	const view = new Map<string, KernelSummary>();
	const totals: KernelTotals = {listenDrops: null, notUnderstood: 0};

	function namespaceOf(netns: string): Namespace {
		const existing = namespaces.get(netns);
		if (existing !== undefined) return existing;
		const made: Namespace = {
			counters: unreadCounters,
			countersAt: 0,
			rates: new Map(rateNames.map(name => [name, createRate()])),
			ephemeral: createEphemeralCount(),
			listenDrops: null,
		};
		const oldest = namespaces.size < maxNamespaces ? undefined : namespaces.keys().next().value;
		if (oldest !== undefined) {
			namespaces.delete(oldest);
			view.delete(oldest);
		}

		namespaces.set(netns, made);
		return made;
	}

	return {
		view,
		totals,
		trackPeer({netns, role, peer}) {
			if (netns !== null && role === 'client') namespaceOf(netns).ephemeral.trackPeer(peer);
		},
		endRound() {
			for (const {ephemeral} of namespaces.values()) ephemeral.rotate();
		},
		addPart(part) {
			const {counters, ephemeral} = namespaceOf(part.netns);
			const range = rangeOf(counters);
			if (range !== null) ephemeral.addPart(part, range);
		},
		endSnapshot({netns, kind, at, tookMs, socketCount, notUnderstood}) {
			totals.notUnderstood = Math.max(totals.notUnderstood, notUnderstood.count);
			const namespace = namespaceOf(netns);
			const {counters, ephemeral} = namespace;
			ephemeral.endSnapshot(kind, at);
			if (kind !== 'table') return;
			// Polled namespaces stay the newest.
			namespaces.delete(netns);
			namespaces.set(netns, namespace);
			const range = rangeOf(counters);
			view.set(netns, {
				netns,
				at,
				tookMs,
				sockets: socketCount,
				notUnderstood: notUnderstood.count,
				counters,
				rates: ratesOf(namespace, at),
				ephemeral: range === null ? null : ephemeral.busiest(range, at),
			});
		},
		counters(netns, at, counters) {
			const namespace = namespaceOf(netns);
			if (at < namespace.countersAt) return;
			addDrops(totals, namespace, counters.listenDrops);
			namespace.counters = counters;
			namespace.countersAt = at;
			for (const [name, rate] of namespace.rates) updateRate(rate, at, counters[name]);
			const summary = view.get(netns);
			if (summary === undefined) return;
			view.set(netns, {...summary, counters, rates: ratesOf(namespace, at)});
		},
		somaxconn: netns => namespaces.get(netns)?.counters.somaxconn ?? null,
		dropNamespace(netns) {
			namespaces.delete(netns);
			view.delete(netns);
		},
		tick(now) {
			let anyExpired = false;
			for (const [netns, summary] of view) {
				const countersAt = namespaces.get(netns)?.countersAt ?? 0;
				if (summary.rates === null || now - countersAt <= rateMaxAgeMs) continue;
				view.set(netns, {...summary, rates: null});
				anyExpired = true;
			}

			return anyExpired;
		},
	};
}

/** A counter that went backwards was reset: its former value is already in the total. */
function addDrops(totals: KernelTotals, namespace: Namespace, drops: number | null): void {
	if (drops === null) return;
	const before = namespace.listenDrops ?? drops;
	totals.listenDrops = (totals.listenDrops ?? 0) + Math.max(0, drops - before);
	namespace.listenDrops = drops;
}

const rateNames = [
	'listenOverflows',
	'listenDrops',
	'synDrops',
	'retransSegs',
	'activeOpens',
	'passiveOpens',
	'attemptFails',
	'resets',
] as const satisfies readonly (keyof KernelRates)[];

function ratesOf({rates, countersAt}: Namespace, at: number): KernelRates | null {
	const result: KernelRates = {...noRates};
	let some = false;
	for (const [name, {perSecond}] of rates) {
		result[name] = perSecond;
		some ||= perSecond !== null;
	}

	return some && at - countersAt <= rateMaxAgeMs ? result : null;
}

const noRates: Readonly<KernelRates> = {
	listenOverflows: null,
	listenDrops: null,
	synDrops: null,
	retransSegs: null,
	activeOpens: null,
	passiveOpens: null,
	attemptFails: null,
	resets: null,
};

/** Counters before the first read. */
export const unreadCounters: KernelCounters = {
	listenOverflows: null,
	listenDrops: null,
	synDrops: null,
	synCookies: null,
	retransSegs: null,
	outSegs: null,
	activeOpens: null,
	passiveOpens: null,
	attemptFails: null,
	resets: null,
	timeWait: null,
	orphans: null,
	timeWaitLimit: null,
	orphanLimit: null,
	ephemeralLow: null,
	ephemeralHigh: null,
	somaxconn: null,
};
