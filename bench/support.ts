import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process';

/** The middle value, and the quartiles around it. */
export function spread(values: readonly number[]): {median: number; low: number; high: number} {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number): number =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
	return {median: at(0.5), low: at(0.25), high: at(0.75)};
}

export const describeSpread = (values: readonly number[], digits = 3): string => {
	const {median, low, high} = spread(values);
	return `${median.toFixed(digits)} (${low.toFixed(digits)} … ${high.toFixed(digits)})`;
};

/** Starts a program and waits for the first text on its standard output. */
export async function startAndWait(
	command: string,
	args: readonly string[],
	options: SpawnOptions = {},
): Promise<{child: ChildProcess; firstText: string; ms: number}> {
	const begun = performance.now();
	const child = spawn(command, [...args], {stdio: ['pipe', 'pipe', 'ignore'], ...options});
	const firstText = await new Promise<string>((resolve, reject) => {
		child.stdout?.once('data', chunk => resolve(String(chunk)));
		child.once('error', reject);
		child.once('exit', code => reject(new Error(`${command} ended with ${code} before it said anything`)));
	});
	child.stdout?.resume();
	return {child, firstText, ms: performance.now() - begun};
}

export async function end(child: ChildProcess): Promise<void> {
	const exited = new Promise(resolve => child.once('exit', resolve));
	child.stdin?.end();
	await exited;
}

export async function output(command: string, args: readonly string[]): Promise<string> {
	const child = spawn(command, [...args], {stdio: ['ignore', 'pipe', 'inherit']});
	let text = '';
	child.stdout.on('data', chunk => {
		text += String(chunk);
	});
	await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
	return text;
}
