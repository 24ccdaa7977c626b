/** CPU and memory of a running netwatch and its children, read from /proc. */
import {readdirSync, readFileSync} from 'node:fs';
import {cpuSeconds, residentBytes} from '../overhead/proc.ts';
import {sleep} from '../overhead/program.ts';
import {clockTicks, statOf} from './stat.ts';

export type Cost = {
	/** Of one core, 0 to 1. */
	netwatch: number;
	/** Its helpers with all that they started, as ss. */
	helpers: number;
	residentBytes: number;
	/** Looks at the table in a second. */
	looksASecond: number;
	/** The longest time that netwatch's event loop was held, in ms. */
	heldMs: number;
};

/**
 * @param pid netwatch
 * @param target the program that it watches: what is below it is not counted
 * @param probe the file that probe.cjs writes to
 */
export const measureCost = async (
	pid: number,
	target: number,
	probe: string,
	seconds: number,
): Promise<Cost> => {
	const own = () => cpuSeconds(String(pid));
	const before = {own: own(), helpers: helperSeconds(pid, target), at: performance.now()};
	const since = Date.now();
	await sleep(seconds * 1000);
	const took = (performance.now() - before.at) / 1000;
	const seen = readFileSync(probe, 'utf8').trim().split('\n').map(readTick);
	const inside = seen.filter(({at}) => at >= since);
	const looks = (inside.at(-1)?.looks ?? 0) - (inside[0]?.looks ?? 0);
	return {
		netwatch: (own() - before.own) / took,
		helpers: (helperSeconds(pid, target) - before.helpers) / took,
		residentBytes: residentBytes(String(pid)),
		looksASecond: looks / took,
		heldMs: Math.max(...inside.map(({heldMs}) => heldMs)),
	};
};

type Tick = {at: number; heldMs: number; looks: number};

const readTick = (line: string): Tick => JSON.parse(line);

/** CPU time of netwatch's children so far, with the descendants that they have reaped: ss exits between two samples. */
export const helperSeconds = (netwatch: number, target: number): number => {
	const stats = readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => statOf(Number(name)) ?? []);
	const isBelow = (pid: number): boolean => {
		for (let at = pid, steps = 0; at > 1 && steps < 64; steps++) {
			if (at === target) return false;
			if (at === netwatch) return pid !== netwatch;
			at = stats.find(stat => stat.pid === at)?.ppid ?? 0;
		}

		return false;
	};
	return stats.filter(({pid}) => isBelow(pid)).reduce((sum, stat) => sum + stat.ticks, 0) / clockTicks;
};
