/** One measurement each: netwatch is started, watched from outside, and ended again. */
import {readFileSync} from 'node:fs';
import {createTableParser} from '../../source/kernel/ss/table-parser.ts';
import {helperSeconds} from '../kernel/cost.ts';
import type {Place} from '../kernel/place.ts';
import {cpuSeconds, residentBytes} from '../overhead/proc.ts';
import {sleep} from '../overhead/program.ts';
import {type Latency, measureKeys} from './latency.ts';
import {helperBytes, targetOf} from './processes.ts';
import {type Watched, watch} from './terminal.ts';

/** Of one table of sockets. */
export type SizeResult = {
	size: number;
	/** Of one core, 0 to 1, without key presses. */
	netwatch: number;
	helpers: number;
	bytesASecond: number;
	keys: readonly Latency[];
	residentBytes: number;
	helperBytes: number;
	/** The longest that netwatch's event loop was held, in ms: without keys, and while keys are pressed. */
	heldMs: number;
	heldWithKeysMs: number;
	/** The output of `ss` parsed into sockets, in ms. */
	parseMs: number;
};

/** Bytes a second to the terminal. */
export type QuietResult = {
	/** 38 rows that age, of which 20 change each second. */
	changing: number;
	/** The same once all ages are in minutes, and no other cell changes; null where not measured. */
	still: number | null;
	/** A paused picture over sockets that change. */
	paused: number;
};

const settleMs = 6000;
const patienceMs = 120_000;
const program = 'bench/screen/busy-sockets.cjs';

/** @returns ms from the start to the first frame, once a round */
export const measureFirstFrame = async (rounds: number): Promise<number[]> => {
	const found: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const watched = watch(['sleep', '30']);
		await watched.until(() => !Number.isNaN(watched.firstFrameAt), 'the first frame');
		found.push(watched.firstFrameAt - watched.startedAt);
		await watched.end();
	}
	return found;
};

export const measureQuiet = async (place: Place, seconds: number, quick: boolean): Promise<QuietResult> => {
	const changing = await watchSockets(place, 19, 10);
	await sleep(settleMs);
	const ageing = await bytesASecond(changing, seconds);
	changing.write('p');
	await changing.until(() => changing.screen().some(line => line.includes('PAUSED')), 'the pause');
	// The count of what waits is part of the picture; where it stands still, nothing is written.
	const paused = await bytesASecond(changing, seconds);
	await changing.end();
	if (quick) return {changing: ageing, still: null, paused};
	const idle = await watchSockets(place, 19, 0);
	await sleep(60_000 + settleMs);
	const still = await bytesASecond(idle, Math.min(seconds, 20));
	await idle.end();
	return {changing: ageing, still, paused};
};

export type SizeOptions = {
	size: number;
	seconds: number;
	keys: number;
	/** A file for the measurements from inside of netwatch. */
	probe: string;
};

export const measureSize = async (
	place: Place,
	{size, seconds, keys: count, probe}: SizeOptions,
): Promise<SizeResult> => {
	const watched = await watchSockets(place, size / 2, size / 200, probe);
	const target = targetOf(watched.pid, program);
	await sleep(settleMs);
	const parseMs = measureParse(place);
	const own = (): number => cpuSeconds(String(watched.pid));
	const helpers = (): number => helperSeconds(watched.pid, target);
	const before = {own: own(), helpers: helpers(), bytes: watched.bytes, at: performance.now()};
	const quietFrom = Date.now();
	await sleep(seconds * 1000);
	const took = (performance.now() - before.at) / 1000;
	const after = {own: own(), helpers: helpers(), bytes: watched.bytes};
	const keysFrom = Date.now();
	const keys = await measureKeys(watched, count);
	const result = {
		size,
		netwatch: (after.own - before.own) / took,
		helpers: (after.helpers - before.helpers) / took,
		bytesASecond: (after.bytes - before.bytes) / took,
		keys,
		residentBytes: residentBytes(String(watched.pid)),
		helperBytes: helperBytes(watched.pid, target),
		heldMs: heldMs(probe, quietFrom, keysFrom),
		heldWithKeysMs: heldMs(probe, keysFrom, Date.now()),
		parseMs,
	};
	await watched.end();
	return result;
};

/** Waits until all of the sockets are rows. */
const watchSockets = async (
	place: Place,
	pairs: number,
	changing: number,
	probe?: string,
): Promise<Watched> => {
	const watched = watch([...place.inside, process.execPath, program, String(pairs), String(changing)], {
		...(probe === undefined ? {} : {preload: './bench/kernel/probe.cjs', env: {NETWATCH_BENCH_PROBE: probe}}),
	});
	const shown = (): number => Number(/ connections (\d+)/.exec(watched.screen()[2] ?? '')?.[1] ?? 0);
	await watched.until(() => shown() > 2 * pairs, `${2 * pairs} sockets and a listener`, patienceMs);
	return watched;
};

const bytesASecond = async (watched: Watched, seconds: number): Promise<number> => {
	const {bytes} = watched;
	await sleep(seconds * 1000);
	return (watched.bytes - bytes) / seconds;
};

const parseRounds = 7;
const linesAtOnce = 256;

/** The time to parse the current output of `ss` into sockets: the median of several runs, in ms. */
const measureParse = ({script}: Place): number => {
	const text = Buffer.from(script('ss -HOtane exclude time-wait'), 'latin1');
	const times = Array.from({length: parseRounds}, () => {
		const begun = performance.now();
		const parser = createTableParser(text, {version: null});
		while (!parser.done) parser.take(linesAtOnce);
		return performance.now() - begun;
	});
	return times.sort((one, other) => one - other)[Math.floor(parseRounds / 2)] ?? Number.NaN;
};

/** The longest hold of the event loop that the probe has reported between two times, in ms. */
const heldMs = (probe: string, from: number, to: number): number =>
	Math.max(
		...readFileSync(probe, 'utf8')
			.trim()
			.split('\n')
			.map(readTick)
			.flatMap(tick => (tick.at >= from && tick.at <= to ? [tick.heldMs] : [])),
	);

const readTick = (line: string): {at: number; heldMs: number} => JSON.parse(line);
