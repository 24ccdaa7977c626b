/** The waterfall of real connections, in a real terminal. */
import {afterEach, describe, expect, it} from 'vitest';
import {target} from '../helpers/process/paths.ts';
import {keys, startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

const small = {cols: 80, rows: 24};
const large = {cols: 120, rows: 40};

const open: TestTerminal[] = [];

afterEach(async () => {
	for (const terminal of open.splice(0)) {
		// netwatch ends its command when it gets SIGTERM, and not when it is killed.
		process.kill(terminal.pid, 'SIGTERM');
		await terminal.exited;
		await terminal.end();
	}
});

/** Runs a program under netwatch and opens the waterfall of the one row that the filter leaves. */
const openWaterfall = async (
	program: readonly [name: string, ...args: string[]],
	{filter, size}: {filter: string; size: typeof small},
): Promise<TestTerminal> => {
	const [name, ...args] = program;
	const command = ['dist/cli.js', '--filter', filter, '--', process.execPath, target(name), ...args];
	const terminal = startTerminal(process.execPath, command, {...size, env: {TARGET_PATIENCE_MS: '60000'}});
	open.push(terminal);
	await terminal.waitFor(/connections 1\/\d/);
	terminal.type(keys.enter);
	const lines = await terminal.waitFor(isWhole);
	// The waterfall stands there alone where something went wrong and there is no room for both.
	if (isViews(lines)) {
		terminal.type('w');
		await terminal.waitFor(each => isTimes(each) && !isViews(each));
	}
	return terminal;
};

/** Drawn to its last line. */
const isWhole = (lines: string[]): boolean =>
	lines.at(-1)?.includes('w waterfall') === true && (isTimes(lines) || isViews(lines));
const isTimes = (lines: string[]): boolean => lines.some(line => line.endsWith(' took'));
const isViews = (lines: string[]): boolean => lines.some(line => line.startsWith(' PROCESS'));

/** Waits for a frame that shows all of it. */
const waitFor = async (terminal: TestTerminal, ...what: readonly RegExp[]): Promise<string> => {
	const isThere = (lines: string[]): boolean =>
		isWhole(lines) && isTimes(lines) && what.every(each => each.test(lines.join('\n')));
	return (await terminal.waitFor(isThere, 20_000)).join('\n');
};

/** In ms. */
const tookOf = (text: string, lane: RegExp): number => {
	const line = text.split('\n').find(each => lane.test(each)) ?? '';
	const [, amount, unit] = /([\d.]+) (ms|s)$/.exec(line) ?? [];
	return Number(amount) * (unit === 's' ? 1000 : 1);
};

describe('the waterfall', () => {
	it('the waterfall separates a blocked event loop from a slow network, and the answer from both', async () => {
		const terminal = await openWaterfall(['blocked-accept', '1000', '250'], {
			filter: 'role:client',
			size: small,
		});
		const text = await waitFor(
			terminal,
			/queued .*loop blocked ≥[\s\S]*answer .* ms$[\s\S]*loop server .*▓/m,
		);
		expect(tookOf(text, /^ queued /)).toBeGreaterThan(450);
		// The hook reports a span with the blocked time less at most one of its ticks.
		expect(tookOf(text, /^ loop server /)).toBeGreaterThan(450);
		expect(tookOf(text, /^ answer /)).toBeGreaterThan(240);
		expect(tookOf(text, /^ first byte /)).toBeGreaterThan(tookOf(text, /^ answer /) + 450);
		expect(tookOf(text, /^ connect ✓ /)).toBeLessThan(tookOf(text, /^ queued /));
		expect(text).toMatch(/kernel {2}queued +[\d.]+ m?s {2}loop blocked ≥[\d.]+ m?s/);
	});

	it('the waterfall has a lane for each candidate of a race, with its outcome', async () => {
		const terminal = await openWaterfall(['race'], {filter: 'host:race.test', size: large});
		const text = await waitFor(terminal, /^ connect ✓ 127\.0\.0\.1 /m, /^ idle /m);
		expect(text).toMatch(/^ lookup +█+ [23] addresses/m);
		expect(text).toMatch(/^ connect ✗ 127\.0\.0\.2 .*█.* timed out .* ms$/m);
		expect(tookOf(text, /^ connect ✗ 127\.0\.0\.2/)).toBeGreaterThan(290);
		expect(text.includes('[::1]')).toBe(/^ connect ✗ ::1 .*ECONNREFUSED/m.test(text));
	});

	it('the waterfall shows the handshake of TLS, without a pause before it', async () => {
		const terminal = await openWaterfall(['tls-pair'], {filter: 'role:server', size: large});
		const text = await waitFor(terminal, /^ tls .*TLSv1\.3.* ms$/m, /^ answer .* ms$/m, /client {2}first-in/);
		expect(text).not.toMatch(/^ paused /m);
		expect(text).toMatch(/client {2}secure[\s\S]*client {2}first-out/);
	});

	it('the waterfall shows the waiting side of an open connection, at both ends', async () => {
		const terminal = await openWaterfall(['drain', '4000'], {filter: 'role:client', size: small});
		const text = await waitFor(terminal, /^ draining client .*▶ +\d/m, /^ paused server /m);
		expect(text).toMatch(/^ paused server .*░/m);
		await waitFor(terminal, /^ draining client (?!.*▶).* s$/m);
	});
});
