/**
 * The cost of a socket's creation site: CPU time, by the number of stack frames.
 *
 *     npx tsx bench/site.ts
 */
import {captureFrames} from '../source/hook/runtime/stack-frames.ts';

const rounds = 11;
const calls = 2000;

const atDepth = (depth: number, look: () => void): void => {
	if (depth > 0) atDepth(depth - 1, look);
	else look();
};

const median = (values: number[]): number =>
	values.sort((one, other) => one - other)[values.length >> 1] ?? 0;

const nanoseconds = (depth: number): number => {
	let count = 0;
	const times = Array.from({length: rounds}, () => {
		const begin = process.cpuUsage();
		for (let call = 0; call < calls; call++) atDepth(depth, () => (count += captureFrames(depth + 1).length));
		const {user, system} = process.cpuUsage(begin);
		return ((user + system) * 1000) / calls;
	});
	if (count === 0) throw new Error('no frames');
	return median(times);
};

for (const depth of [8, 20, 64]) {
	console.log(`${process.version}, ${depth} frames: ${Math.round(nanoseconds(depth))} ns`);
}
