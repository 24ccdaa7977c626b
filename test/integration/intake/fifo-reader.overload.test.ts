// Netwatch stopped, slow, killed, robbed of its files: the program goes on, and what it then shows is true again.
import {readdirSync, rmSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, type Row, socketFact, startNetwatch} from '../../helpers/process/netwatch.ts';
import {cli, node, target} from '../../helpers/process/paths.ts';
import {type Program, start} from '../../helpers/process/program.ts';
import {agreedRow} from '../../helpers/records/match-rows.ts';

const pair = z.object({client: socketFact, server: socketFact});
const fact = z.object({
	...{pid: z.number(), ms: z.number(), heap: z.number(), rss: z.number()},
	pairs: z.array(pair),
});
type Fact = z.infer<typeof fact>;

/** The program works for long on a busy machine. */
const patient = {TARGET_PATIENCE_MS: '90000'};

/** More records than the FIFO and the hook's own buffer hold. */
const connections = 2000;
/** Bytes that the hook may hold of them: its buffer of 256 KiB, and uncollected garbage. */
const heldAtMost = 2e6;
const residentAtMost = 48e6;

const expectBounded = (before: Fact, after: Fact): void => {
	expect(after.heap - before.heap).toBeLessThan(heldAtMost);
	expect(after.rss - before.rss).toBeLessThan(residentAtMost);
};

const isFinal = (stage: string): boolean => /^(?:closed|failed|lingering)$/.test(stage);

/** Every socket that lives is open, with TLS where it has it, and no other row stands. */
const expectTrue = async (netwatch: Netwatch, {pid, pairs}: Fact): Promise<void> => {
	const rows: Row[] = [];
	for (const {client, server} of pairs) {
		rows.push(await agreedRow(netwatch, client, {role: 'client', pid}));
		rows.push(await agreedRow(netwatch, server, {role: 'server', pid}));
	}

	expect(rows.map(({kind}) => kind).sort()).toEqual([...Array(4).fill('tcp'), ...Array(4).fill('tls')]);
	await netwatch.until(() => {
		const standing = [...netwatch.rows.values()].filter(
			({id, stage, role}) => !id.startsWith('k.') && !isFinal(stage) && role !== 'listener',
		);
		expect(standing.map(({id}) => id).sort()).toEqual(rows.map(({id}) => id).sort());
		return true;
	});
};

const dropped = (netwatch: Netwatch): number =>
	Math.max(0, ...netwatch.all('load').map(load => load.dropped ?? 0));

/** Runs the program until it is ready, lets `trouble` happen while it works, and returns its later output. */
const churn = async (
	context: TestContext,
	trouble: (netwatch: Netwatch, isDone: () => boolean) => Promise<void>,
): Promise<{netwatch: Netwatch; before: Fact; after: Fact}> => {
	const netwatch = startNetwatch(context, [node, target('churn')], {args: ['--keep', '3600'], env: patient});
	const before = await netwatch.fact('ready', fact);
	await netwatch.until(() => netwatch.all('load').length > 0);
	await trouble(netwatch, () => netwatch.facts('churned', fact).length > 0);
	const after = await netwatch.fact('churned', fact);
	return {netwatch, before, after};
};

const stop = (netwatch: Program): void => void process.kill(netwatch.pid, 'SIGSTOP');
const goOn = (netwatch: Program): void => void process.kill(netwatch.pid, 'SIGCONT');

describe('a netwatch slower than its program', {timeout: 100_000}, () => {
	test('a netwatch stopped for long leaves the program running, and has a correct table afterwards', async context => {
		const {netwatch, before, after} = await churn(context, async netwatch => {
			stop(netwatch);
			netwatch.write(`${connections}\n`);
			await netwatch.fact('churned', fact);
			goOn(netwatch);
		});
		expectBounded(before, after);
		await expectTrue(netwatch, after);
		await netwatch.until(() => dropped(netwatch) > 0);
		expect(netwatch.troubles()).toMatchObject([
			{level: 'warn', message: expect.stringMatching(/^\d+ records of pid \d+ \(churn\.cjs\) were dropped/)},
		]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 0, dropped: dropped(netwatch)});
		expect(netwatch.stderr()).toMatch(/\nthe end\n$/);
	});

	test('a netwatch stopped again and again does not block the program', async context => {
		const {netwatch, before, after} = await churn(context, async (netwatch, isDone) => {
			netwatch.write(`${connections}\n`);
			const deadline = performance.now() + 15_000;
			// Stopped for four fifths of the time: the rhythm is the load, and nothing is waited for.
			while (!isDone() && performance.now() < deadline) {
				stop(netwatch);
				await new Promise(resolve => setTimeout(resolve, 100));
				goOn(netwatch);
				await new Promise(resolve => setTimeout(resolve, 25));
			}
		});
		expectBounded(before, after);
		await expectTrue(netwatch, after);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 0});
	});

	test('a netwatch with its files removed keeps the program and its rows', async context => {
		const {netwatch, before, after} = await churn(context, async netwatch => {
			for (const name of readdirSync(netwatch.temporary))
				rmSync(join(netwatch.temporary, name), {recursive: true});
			netwatch.write('100\n');
			await netwatch.fact('churned', fact);
		});
		expectBounded(before, after);
		await expectTrue(netwatch, after);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 0, dropped: 0});
	});
});

test('a killed netwatch leaves the program running to its own end', async context => {
	const script = '"$0" "$1"; echo "ended with $?"';
	const words = ['--', 'sh', '-c', script, node, target('churn')];
	const netwatch = startNetwatch(context, words.slice(1), {args: ['--headless'], env: patient});
	const before = await netwatch.fact('ready', fact);
	process.kill(netwatch.pid, 'SIGKILL');
	netwatch.write(`${connections}\n`);
	const after = await netwatch.fact('churned', fact);
	expectBounded(before, after);
	netwatch.write('end\n');
	await netwatch.until(() => netwatch.stderr().endsWith('the end\nended with 0\n'));

	const left = () => readdirSync(netwatch.temporary).filter(name => /^netwatch-\w{6}$/.test(name));
	expect(left()).toHaveLength(1);
	for (const name of left()) utimesSync(join(netwatch.temporary, name), 0, 0);
	const next = startNetwatch(context, [node, '-e', '0'], {env: {TMPDIR: netwatch.temporary}});
	await next.summary();
	await next.ended;
	expect(left()).toEqual([]);
});

test('a program started after the files were removed runs as without netwatch', async context => {
	const script = '"$0" -e 0; echo first; read -r line; "$0" -p "6 * 7"; exit 5';
	const netwatch = start(context, node, [cli, '--headless', '--', 'sh', '-c', script, node]);
	await netwatch.until(() => netwatch.stdout() === 'first\n');
	for (const name of readdirSync(netwatch.temporary))
		rmSync(join(netwatch.temporary, name), {recursive: true});
	netwatch.write('go on\n');
	expect(await netwatch.ended).toMatchObject({exitCode: 5, signal: null});
	expect(netwatch.stdout()).toBe('first\n42\n');
});
