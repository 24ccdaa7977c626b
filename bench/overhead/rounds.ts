import type {Load, Sample} from './loads.ts';
import {type Reported, unwatched, type Way} from './ways.ts';

/** Of one way under one load: a list of values a metric, one entry a round. */
export type WayResult = {
	name: string;
	rounds: number;
	/** As measured. */
	values: number[][];
	/** Against the unwatched server of the same round. */
	compared: number[][];
	reported: Reported | null;
};

export type LoadResult = {load: Load; ways: WayResult[]};

/**
 * Measures all ways under one load, in rounds: each round has its own unwatched server to compare with, and another
 * order, so that what drifts hits all alike.
 */
export async function runRounds(load: Load, ways: readonly Way[], rounds: number): Promise<LoadResult> {
	const results: WayResult[] = ways.map(({name}) => ({
		name,
		rounds: 0,
		values: load.metrics.map(() => []),
		compared: load.metrics.map(() => []),
		reported: null,
	}));
	for (let round = 0; round < rounds; round++) {
		const taking = ways.filter(way => !way.rival || round % 2 === 0);
		const samples = new Map<string, Sample>();
		for (const way of rotated(taking, round)) samples.set(way.name, await load.measure(way));

		const base = samples.get(unwatched);
		for (const result of results) {
			const sample = samples.get(result.name);
			if (base !== undefined && sample !== undefined) add(result, load, sample, base);
		}
	}

	return {load, ways: results};
}

function add(result: WayResult, load: Load, sample: Sample, base: Sample): void {
	result.rounds++;
	for (const [index, metric] of load.metrics.entries()) {
		const value = sample.values[index] ?? Number.NaN;
		const unwatchedValue = base.values[index] ?? Number.NaN;
		result.values[index]?.push(value);
		result.compared[index]?.push(
			metric.compare === 'ratio' ? value / unwatchedValue : value - unwatchedValue,
		);
	}

	if (sample.reported === null) return;
	result.reported = result.reported === null ? sample.reported : sum(result.reported, sample.reported);
}

function sum(one: Reported, other: Reported): Reported {
	const {unit} = one;
	const count = one.count + other.count;
	if (one.dropped === undefined || other.dropped === undefined) return {unit, count};
	if (one.dropped === null || other.dropped === null) return {unit, count, dropped: null};
	return {unit, count, dropped: one.dropped + other.dropped};
}

/** Every second time the other way round, so that no way always follows the same one. */
function rotated<T>(list: readonly T[], by: number): T[] {
	const turn = by % list.length;
	const order = [...list.slice(turn), ...list.slice(0, turn)];
	return by % 4 < 2 ? order : order.reverse();
}
