import {describe, expect, it} from 'vitest';
import {missingCapabilities} from '../../../../source/procfs/capabilities.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {
	makeLoad,
	makeModel,
	makeNotice,
	makeProcess,
	type SampleModel,
	sampleModel,
	sampleNow,
} from '../../../helpers/screen/sample-model.ts';
import {makeSummary, networkModel} from '../../../helpers/screen/sample-network.ts';

/** All deficiencies of netwatch's own view at once. */
const blind = (): SampleModel => {
	const model = sampleModel();
	model.dropped = 1234;
	model.notices = [makeNotice('ss is missing', {source: 'kernel', at: sampleNow - 60_000})];
	model.processes = [
		makeProcess({loopSeenAt: sampleNow - 12_000}),
		makeProcess({proc: 2, pid: 9, state: 'unhooked', noHook: 'replaced', load: makeLoad()}),
	];
	const [name = '', summary] = [...model.kernel][0] ?? [];
	if (summary !== undefined) model.kernel = new Map([[name, {...summary, at: sampleNow - 20_000}]]);
	return model;
};

const amiss = [/1 unhooked/, /1\.2k (?:records )?lost/, /loop silent 10s/, /kernel .*20s old/, /1 notice/];

describe("the gaps in netwatch's view", () => {
	it.each([[8], [24], [40]])('are in the header at every width, or counted, at a height of %i', rows => {
		for (let columns = 40; columns <= 200; columns += columns < 100 ? 1 : 10) {
			const line = draw({model: blind(), columns, rows}).header()[1] ?? '';
			const shown = amiss.filter(pattern => pattern.test(line)).length;
			const counted = Number(/ \+(\d+) \?$/.exec(line)?.[1] ?? 0);
			expect({columns, line, all: shown + counted}).toMatchObject({all: amiss.length});
			expect(line).toMatch(/^ 1 hooked · /);
		}
	});

	it('are all listed by ?, before all else where the header left some out', () => {
		const screen = draw({model: blind(), columns: 60, rows: 40});
		screen.press('?');
		const lines = screen.lines();
		expect(lines[4]).toMatch(/^ What the header says now/);
		for (const pattern of amiss) expect(lines.some(line => pattern.test(line))).toBe(true);
		const wide = draw({columns: 160, rows: 40});
		wide.press('?');
		expect(wide.lines()[4]).not.toMatch(/^ What the header says now/);
	});
});

it('are in the header from 80 columns on, both where all is well and where alarms need the room', () => {
	const quiet = sampleModel();
	quiet.processes = quiet.processes.filter(({state}) => state === 'running');
	const loud = networkModel();
	const [name = '', summary = makeSummary()] = [...loud.kernel][0] ?? [];
	const rates = {
		...makeSummary().rates,
		listenDrops: 12,
		synDrops: 3,
		retransSegs: 4,
	} as typeof summary.rates;
	loud.kernel = new Map([[name, {...summary, rates}]]);
	for (const model of [quiet, loud]) {
		for (let columns = 80; columns <= 200; columns += columns < 90 ? 1 : 10) {
			const line = draw({model, columns}).header()[1] ?? '';
			expect(line).toMatch(/^ 2 hooked · 0 unhooked · 0 lost · .*kernel (?:812 sockets, )?<3s old/);
		}
	}
});

it('include no hook for a command that is not a Node program, and not "no hook yet"', () => {
	const model = makeModel();
	model.session = {...model.session, startedAt: sampleNow};
	const screen = draw({model});
	expect(screen.header()[1]).toContain('no hook yet');
	screen.later(600_000);
	expect(screen.header()[1]).toMatch(/^ no hook · /);
});

it('include a missing privilege, and what it would be good for', () => {
	const screen = draw({lacks: missingCapabilities('CapEff:\t0000000000000000', 1000)});
	expect(screen.header()[1]).toContain(' · not root');
	screen.press('?', 'G');
	expect(screen.lines().join(' ').replaceAll(/\s+/g, ' ')).toContain(
		"without CAP_SYS_ADMIN, CAP_SYS_PTRACE and cannot have: ss and ip in the network namespaces of others (ip netns, containers); the holder of a socket, among other users' processes",
	);
	expect(missingCapabilities('CapEff:\t00000000a80425fb', 0)?.label).toBe('few rights');
	expect(missingCapabilities('CapEff:\t000001ffffffffff', 0)).toBe(null);
});

it('use the singular for one socket', () => {
	const model = sampleModel();
	const [name = '', summary] = [...model.kernel][0] ?? [];
	if (summary !== undefined) model.kernel = new Map([[name, {...summary, sockets: 1}]]);
	expect(draw({model, columns: 120}).header()[1]).toContain('kernel 1 socket, <3s old');
});

it('include a kernel view that never arrives', () => {
	const model = sampleModel();
	model.kernel = new Map();
	expect(draw({model, columns: 40}).header()[1]).toContain('kernel –');
});

it('do not redraw the line for the idle share of an idle event loop', () => {
	const lineAt = (loopDelayP99: number): string | undefined => {
		const model = sampleModel();
		model.processes = [makeProcess({load: {...makeLoad(), loopDelayP99}})];
		return draw({model, columns: 120}).header()[1];
	};
	expect(lineAt(1.1)).toContain('loop p99 <20 ms');
	expect(lineAt(10.4)).toBe(lineAt(1.1));
	expect(lineAt(34.6)).toContain('loop p99 35 ms');
	expect(lineAt(2340)).toContain('loop p99 2.340 s');
});
