/**
 * The time from a request to its complete row: with the process's view, the kernel's by inode, and the route.
 *
 *     npx tsx bench/row-latency.ts [REQUESTS]
 */
import {spawn} from 'node:child_process';
import {get} from 'node:http';
import {createInterface} from 'node:readline';
import {describeSpread} from './spread.ts';

const requests = Number(process.argv[2] ?? 10);
const child = spawn(process.execPath, ['dist/cli.js', '--json', '--', process.execPath, 'bench/server.cjs'], {
	stdio: ['pipe', 'pipe', 'pipe'],
});
const port = await new Promise<string>(resolve => {
	child.stderr.once('data', text => resolve(String(text).trim().split(' ')[0] ?? ''));
});

type Seen = {
	type: string;
	role?: string;
	label?: string;
	joinedBy?: string;
	route?: unknown;
	process?: unknown;
};
let onRow = (_row: Seen): void => {};
createInterface({input: child.stdout}).on('line', line => onRow(JSON.parse(line)));

const known: number[] = [];
const complete: number[] = [];
for (let number = 0; number < requests; number++) {
	const label = `GET /held/${number}`;
	const begun = performance.now();
	let first: number | null = null;
	const seen = new Promise<void>(resolve => {
		onRow = row => {
			if (row.type !== 'row' || row.role !== 'server' || row.label !== label) return;
			first ??= performance.now() - begun;
			if (row.joinedBy !== 'inode' || !row.route || !row.process) return;
			complete.push(performance.now() - begun);
			resolve();
		};
	});
	const request = get({host: '127.0.0.1', port, path: `/held/${number}`, agent: false});
	request.on('error', () => {});
	await seen;
	known.push(first ?? Number.NaN);
	request.destroy();
	// Not in step with the polls of the kernel's table.
	await new Promise(resolve => setTimeout(resolve, 100 + ((number * 137) % 500)));
}

child.stdin.end();
const slowest = Math.max(...complete).toFixed(0);
console.log(`a held request: its row after ${describeSpread(known, 0)} ms`);
console.log(
	`with kernel (by inode) and route after ${describeSpread(complete, 0)} ms, at most ${slowest} ms`,
);
