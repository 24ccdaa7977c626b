import {cpuSeconds, residentBytes} from './proc.ts';
import {type Program, sleep, start} from './program.ts';
import type {Reported, Way} from './ways.ts';
import {runWrk, type WrkReport} from './wrk.ts';

/** The metrics under a load, and how a way is compared with the unwatched server in the same round. */
export type Metric = {
	title: string;
	compare: 'ratio' | 'difference';
	/** The target for netwatch, as text. */
	aim?: string;
	/** As text, with its unit. */
	format(value: number): string;
};

export type Sample = {values: readonly number[]; reported: Reported | null};

export type Load = {
	name: string;
	title: string;
	metrics: readonly Metric[];
	/** The number of rounds of this load: some are slow, some are quick. */
	rounds(asked: number): number;
	measure(way: Way): Promise<Sample>;
};

const server = 'bench/server.cjs';
const warmUpSeconds = 2;
const opened = 10_000;

/** @param seconds of load in each measurement, and of watching idle sockets */
export const createLoads = (seconds: number): Load[] => [
	httpLoad('keep-alive', 'kept connections', seconds, {
		flags: ['-c32'],
		path: '/',
		work: report => report.requests,
		rate: {title: 'requests/s', aim: '≥ 0.98', format: value => `${grouped(value)}/s`},
		cpu: {title: "server's CPU time a request", format: value => `${(value * 1e6).toFixed(1)} µs`},
	}),
	httpLoad('close', 'a connection per request', seconds, {
		flags: ['-c32', '-H', 'Connection: close'],
		path: '/',
		work: report => report.requests,
		rate: {title: 'requests/s', aim: '≥ 0.93', format: value => `${grouped(value)}/s`},
		cpu: {title: "server's CPU time a request", format: value => `${(value * 1e6).toFixed(1)} µs`},
	}),
	httpLoad('bulk', 'bodies of 64 MiB', seconds, {
		flags: ['-c4'],
		path: '/bulk',
		work: report => report.bytes,
		rate: {title: 'bytes/s', aim: '≥ 0.99', format: value => `${(value / 1e9).toFixed(2)} GB/s`},
		cpu: {title: "server's CPU time a GB", format: value => `${(value * 1e12).toFixed(0)} ms`},
	}),
	{
		name: 'idle',
		title: `${grouped(opened)} idle sockets`,
		metrics: [
			{
				title: 'resident memory',
				compare: 'difference',
				aim: '≤ +12 MB',
				format: value => `${(value / 1e6).toFixed(1)} MB`,
			},
			{
				title: 'CPU',
				compare: 'difference',
				aim: '≤ +2 %',
				format: value => `${(value * 100).toFixed(1)} %`,
			},
		],
		rounds: asked => Math.ceil(asked / 2),
		measure: way => measureIdle(way, Math.max(seconds, 2)),
	},
	{
		name: 'start',
		title: 'start',
		metrics: [
			{
				title: 'until the first line',
				compare: 'difference',
				aim: '≤ +15 ms',
				format: value => `${value.toFixed(0)} ms`,
			},
		],
		rounds: asked => asked * 2,
		async measure(way) {
			const program = start(way.command(['-e', 'console.log(1)']));
			await program.line();
			await program.end();
			await way.reported(program);
			return {values: [program.firstLineMs], reported: null};
		},
	},
];

type HttpLoad = {
	flags: readonly string[];
	path: string;
	/** The work done, in the unit of the rate. */
	work(report: WrkReport): number;
	rate: Omit<Metric, 'compare'>;
	cpu: Omit<Metric, 'compare'>;
};

const httpLoad = (name: string, title: string, seconds: number, load: HttpLoad): Load => ({
	name,
	title,
	metrics: [
		{...load.rate, compare: 'ratio'},
		{...load.cpu, compare: 'ratio'},
	],
	rounds: asked => asked,
	async measure(way) {
		const {program, port, pid} = await startServer(way);
		const url = `http://127.0.0.1:${port}${load.path}`;
		// Code that runs for the first time is compiled: no part of what a request costs.
		await runWrk(load.flags, warmUpSeconds, url);
		const before = cpuSeconds(pid);
		const report = await runWrk(load.flags, seconds, url);
		const cpu = cpuSeconds(pid) - before;
		await program.end();
		const work = load.work(report);
		return {values: [work / report.seconds, cpu / work], reported: await sawSomething(way, program)};
	},
});

/** Memory once garbage is collected, and the share of a core that the server takes while nothing happens. */
async function measureIdle(way: Way, seconds: number): Promise<Sample> {
	const {program, port, pid} = await startServer(way, ['--expose-gc']);
	const client = start({
		command: process.execPath,
		args: ['bench/overhead/idle-client.cjs', port, String(opened)],
		stderr: 'keep',
	});
	await client.line();
	program.write('settle\n');
	await program.line();
	const memory = residentBytes(pid);
	const before = cpuSeconds(pid);
	const begun = performance.now();
	await sleep(seconds * 1000);
	const share = (cpuSeconds(pid) - before) / ((performance.now() - begun) / 1000);
	await client.end();
	await program.end();
	return {values: [memory, share], reported: await sawSomething(way, program)};
}

async function startServer(way: Way, flags: readonly string[] = []) {
	const program = start(way.command([...flags, server]));
	const [port = '', pid = ''] = (await program.line()).split(' ');
	return {program, port, pid};
}

/** A way that saw nothing was not at work, and its figures would flatter it. */
async function sawSomething(way: Way, program: Program): Promise<Reported | null> {
	const reported = await way.reported(program);
	if (reported?.count === 0) throw new Error(`${way.name} saw nothing of the server`);
	return reported;
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The descriptors of the idle load, with some to spare for the program itself. */
export const descriptorsNeeded: number = opened + 200;
