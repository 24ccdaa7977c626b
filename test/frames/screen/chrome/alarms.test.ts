import {describe, expect, it} from 'vitest';
import type {KernelSummary} from '../../../../source/domain/view/namespace.ts';
import {type Drawn, draw} from '../../../helpers/screen/draw.tsx';
import {makeLoad, makeProcess, type SampleModel, sampleNow} from '../../../helpers/screen/sample-model.ts';
import {makeSummary, networkModel, sampleNetns} from '../../../helpers/screen/sample-network.ts';

const base = makeSummary();
type Rates = NonNullable<KernelSummary['rates']>;
const noRates = base.rates as Rates;

const withKernel = (model: SampleModel, overrides: Partial<KernelSummary>): void => {
	const at = model.kernel.get(sampleNetns)?.at ?? base.at;
	model.kernel = new Map([[sampleNetns, makeSummary({at, ...overrides})]]);
};

const header = (overrides: Partial<KernelSummary>, columns = 120): string => {
	const model = networkModel();
	withKernel(model, overrides);
	return draw({model, columns}).lines()[1] ?? '';
};

const stats = (screen: Drawn): string => screen.lines()[1] ?? '';

describe('the header', () => {
	it('has no alarms when all is well', () => {
		expect(header({})).toMatch(
			/^ 2 hooked · 0 unhooked · 0 lost · loop p99 <20 ms · kernel 812 sockets, <3s old · queue 129\/128 :8080 +in – · out –$/,
		);
		expect(header({rates: null, counters: {...base.counters, timeWait: null, orphans: null}})).toBe(
			header({}),
		);
	});

	it('shows a silent event loop in place of its last reported values', () => {
		const model = networkModel();
		model.processes = [
			makeProcess(),
			makeProcess({proc: 2, loopSeenAt: sampleNow - 12_000}),
			makeProcess({proc: 3, state: 'exited', loopSeenAt: sampleNow - 60_000}),
		];
		expect(draw({model, columns: 120}).lines()[1]).toContain(' · loop silent 10s · ');
	});

	it.each<[what: string, change: Partial<KernelSummary>, shown: string]>([
		['connections that listeners drop', {rates: {...noRates, listenDrops: 12}}, ' · listen drops 12/s'],
		['half-open ones that were dropped', {rates: {...noRates, synDrops: 0.4}}, ' · SYN drops 0.4/s'],
		['what is sent again', {rates: {...noRates, retransSegs: 3.26}}, ' · retrans 3.3/s'],
		['many in TIME-WAIT', {counters: {...base.counters, timeWait: 1234}}, ' · TIME-WAIT 1.2k '],
		['TIME-WAIT near its limit', {counters: {...base.counters, timeWait: 6000}}, ' · TIME-WAIT 6.0k of 8.2k'],
		['orphans near their limit', {counters: {...base.counters, orphans: 4200}}, ' · orphans 4.2k of 8.2k'],
		[
			'ports that run out',
			{ephemeral: {local: '10.0.0.5', peer: '10.0.0.9', peerPort: 443, used: 20_000, range: 28_232}},
			' · ports 20k/28k to 10.0.0.9:443',
		],
	])('shows %s', (_what, change, shown) => {
		expect(header(change)).toContain(shown);
	});

	it('shows the process that runs out of descriptors', () => {
		const model = networkModel();
		model.processes = [
			makeProcess({load: makeLoad({fds: 900, fdLimit: 1024})}),
			makeProcess({proc: 2, pid: 4720, load: makeLoad({fds: 1000, fdLimit: 4096})}),
		];
		expect(stats(draw({model, columns: 120}))).toContain(' · files 900/1.0k server.js 4712');
		model.processes = [makeProcess({load: makeLoad({fds: 800, fdLimit: 1024})})];
		expect(stats(draw({model, columns: 120}))).not.toContain('files');
	});

	it('has no alarm for half the ports and less', () => {
		const ephemeral = {local: '10.0.0.5', peer: '10.0.0.9', peerPort: 443, used: 14_116, range: 28_232};
		expect(header({ephemeral})).not.toContain('ports');
	});

	it('keeps the most severe alarm where it is narrow', () => {
		const all: Partial<KernelSummary> = {
			rates: {...noRates, listenDrops: 12, retransSegs: 4},
			counters: {...base.counters, timeWait: 1234},
		};
		expect(header(all, 40)).toBe(' 2 hooked · listen drops 12/s +2 ?');
		expect(header(all, 80)).toBe(' 2 hooked · 0 unhooked · 0 lost · kernel <3s old · listen drops 12/s +2 ?');
		expect(header(all, 120)).toMatch(
			/kernel 812 sockets, <3s old · listen drops 12\/s · retrans 4\.0\/s · .*queue 129\/128 :8080/,
		);
	});

	it('does not flicker: an alarm stays for some seconds with its present value, then leaves', () => {
		const model = networkModel();
		withKernel(model, {rates: {...noRates, listenDrops: 12}});
		const screen = draw({model, columns: 120});
		for (const [ms, shown] of [
			[1000, 'listen drops 0/s'],
			[3000, 'listen drops 0/s'],
			[1500, null],
		] as const) {
			withKernel(model, {});
			screen.later(ms);
			if (shown === null) expect(stats(screen)).not.toContain('listen drops');
			else expect(stats(screen)).toContain(shown);
		}
	});

	it('replaces an alarm that is over by one that holds', () => {
		const model = networkModel();
		withKernel(model, {rates: {...noRates, listenDrops: 12, retransSegs: 4}});
		const screen = draw({model, columns: 90});
		expect(stats(screen)).not.toContain('loop');
		withKernel(model, {});
		screen.later(1000);
		expect(stats(screen)).toMatch(/loop .* · kernel .* · queue/);
	});

	it('merges several namespaces: sums of events, and the one closest to a limit', () => {
		const model = networkModel();
		const rates = {...noRates, listenDrops: 6};
		const small = {...base.counters, timeWait: 3000, timeWaitLimit: 4096};
		model.kernel = new Map([
			['1', makeSummary({netns: '1', rates})],
			['2', makeSummary({netns: '2', rates, counters: small})],
		]);
		expect(stats(draw({model, columns: 160}))).toMatch(/listen drops 12\/s · TIME-WAIT 3\.0k of 4\.1k/);
	});
});

describe('all sockets of the namespace', () => {
	it('are shown with the key a, and the tab line says so while they are shown', () => {
		const screen = draw({model: networkModel()});
		screen.press('a');
		expect(screen.asked).toEqual(['all true']);
		screen.model.showsAll = true;
		screen.changed();
		for (const key of ['1', '2', '4']) {
			screen.press(key);
			expect(screen.lines()[2]).toMatch(/ all$/);
		}
		screen.press('a');
		expect(screen.asked).toEqual(['all true', 'all false']);
	});
});
