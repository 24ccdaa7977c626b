// A span in which an event loop did not run is reported as it runs again, for each thread by itself.
import {describe, expect, type TestContext, test} from 'vitest';
import type {BlockedSpan} from '../../../../source/domain/row.ts';
import {type Hooked, startHooked} from '../../../helpers/process/hooked-program.ts';
import {target} from '../../../helpers/process/paths.ts';

/** The tolerance of the hook in milliseconds: one tick, and the delay of a busy machine. */
const marginMs = 60;

const spansOf = ({model}: Hooked, thread: number): readonly BlockedSpan[] =>
	model.processes.find(process => process.thread === thread)?.blocked ?? [];

const lengthOf = ({from, to}: BlockedSpan): number => to - from;
const longest = (spans: readonly BlockedSpan[]): BlockedSpan | undefined =>
	spans.toSorted((one, other) => lengthOf(other) - lengthOf(one))[0];

/** Waits for a span of about this length; those of a busy machine are shorter. */
const spanOf = async (hooked: Hooked, ms: number, thread = 0): Promise<BlockedSpan> => {
	const span = await hooked.until(() => {
		const found = longest(spansOf(hooked, thread));
		return found !== undefined && lengthOf(found) > ms / 2 && found;
	});
	expect(lengthOf(span)).toBeGreaterThan(ms - marginMs);
	return span;
};

/** The program prints when it begins to block and when it has blocked, by the hook's clock. */
const blocks = `
const at = () => Number(process.hrtime.bigint()) / 1e6;
const block = ms => {
	const from = at();
	while (at() - from < ms) {}
	process.stdout.write(JSON.stringify({from, to: at()}) + '\\n');
};
const keep = setInterval(() => process.stdout.write('.\\n'), 100);
`;

const run = (context: TestContext, script: string): Hooked => startHooked(context, ['-e', blocks + script]);

const said = async (hooked: Hooked): Promise<BlockedSpan> =>
	hooked.until(() => {
		const line = hooked.stdout().match(/^\{.*\}$/m)?.[0];
		return line !== undefined && (JSON.parse(line) as BlockedSpan);
	});

describe.concurrent('a blocked event loop', () => {
	test('a block of 400 ms is one span, at its time', async context => {
		const hooked = run(context, 'setTimeout(block, 300, 400);');
		const span = await spanOf(hooked, 400);
		const {from, to} = await said(hooked);
		// Both clocks are CLOCK_MONOTONIC; netwatch adds one offset.
		const offset = hooked.now() - Number(process.hrtime.bigint()) / 1e6;
		expect(span.from - offset).toBeLessThan(to);
		expect(span.to - offset).toBeGreaterThan(from);
		expect(spansOf(hooked, 0).filter(each => lengthOf(each) > 200)).toEqual([span]);
	});

	test('a block before the first turn is one span', async context => {
		await spanOf(run(context, 'block(400);'), 400);
	});

	test('a block right before the exit is one span', async context => {
		const hooked = run(context, 'setTimeout(() => { block(400); process.exit(); }, 300);');
		await spanOf(hooked, 400);
		expect(await hooked.ended).toMatchObject({exitCode: 0});
	});

	test('the time since a program was stopped is a span', async context => {
		const hooked = run(context, '');
		await hooked.until(() => hooked.stdout().includes('.'));
		hooked.process.kill('SIGSTOP');
		// How long it is stopped is what the span shows.
		await new Promise(resolve => setTimeout(resolve, 500));
		hooked.process.kill('SIGCONT');
		await spanOf(hooked, 500);
	});

	test('a blocked worker thread has its own span, and the main thread has none', async context => {
		const worker = JSON.stringify(`${blocks}setTimeout(block, 300, 400);`);
		const hooked = run(context, `new (require('node:worker_threads').Worker)(${worker}, {eval: true});`);
		const span = await spanOf(hooked, 400, 1);
		const meanwhile = spansOf(hooked, 0).filter(({from, to}) => from < span.to && to > span.from);
		expect(longest(meanwhile) ?? {from: 0, to: 0}).toSatisfy((each: BlockedSpan) => lengthOf(each) < 300);
	});
});

test('an idle program has almost no blocked time', async context => {
	const hooked = startHooked(context, [target('idle')]);
	const seenAt = (): number => hooked.model.processes[0]?.loopSeenAt ?? 0;
	const begun = await hooked.until(seenAt);
	await hooked.until(() => seenAt() > begun + 1500);
	const elapsedMs = seenAt() - begun;
	// Other tests run beside it: what they take is less than what a program does by itself.
	const blocked = spansOf(hooked, 0).filter(({from}) => from > begun);
	expect(blocked.reduce((sum, span) => sum + lengthOf(span), 0)).toBeLessThan(elapsedMs / 2);
});
