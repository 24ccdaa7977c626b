/** Runs an ordinary program under load below netwatch for a while, and collects netwatch's findings. */
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {z} from 'zod';
import {type RecordOf, record as recordSchema} from '../../source/records/format/schema.ts';
import {cli, node, root, targetNode} from '../helpers/process/paths.ts';
import type {Lifetime} from '../helpers/process/temporary-directory.ts';
import {postgresqlPrograms, startPostgresql} from './postgresql.ts';

export type Soaked = {
	/** The program's own counts, e.g. of requests. */
	counts: Record<string, number>;
	/** Findings above `info`, each once. */
	alarms: RecordOf<'diagnosis'>[];
	/** The first finding of each rule that raises `info`. */
	examples: RecordOf<'diagnosis'>[];
	/** Notices above `info`: netwatch itself had trouble. */
	troubles: RecordOf<'notice'>[];
	summary: RecordOf<'summary'>;
};

export type SoakProgram = {
	name: string;
	/** A count that proves that the load has run: at least so many per second. */
	load: {count: string; perSecond: number};
	/** Why it cannot run here; null where it can. */
	skip: string | null;
	/** What it finds in its environment; servers that it needs are started, and end with the context. */
	env?(context: Lifetime): Promise<Record<string, string>>;
	/** The Node that runs it, where that is not the one under test. */
	node?(): Promise<string>;
};

const postgresql = postgresqlPrograms();

export const soakPrograms: readonly SoakProgram[] = [
	{name: 'keep-alive', load: {count: 'requests', perSecond: 5}, skip: null},
	{name: 'fetch-pool', load: {count: 'requests', perSecond: 5}, skip: null},
	{name: 'websocket', load: {count: 'messages', perSecond: 5}, skip: null},
	{
		name: 'postgresql',
		load: {count: 'queries', perSecond: 5},
		skip: postgresql === null ? 'PostgreSQL is not installed' : null,
		env: async context => ({
			SOAK_POSTGRES_PORT: String(await startPostgresql(context, postgresql ?? '')),
		}),
	},
	{name: 'cluster', load: {count: 'requests', perSecond: 5}, skip: null},
];

/**
 * Whether a finding is true although the program is well: a virtual machine whose cores are taken away holds an event loop
 * as a program would that computes for too long. Only where the program itself has measured its loop held for at least
 * as long as the finding; the programs hold theirs for 100 ms.
 */
export const isOfMachine = (
	{counts}: Pick<Soaked, 'counts'>,
	{rule, message}: {rule: string; message: string},
): boolean => {
	const [, figure = '', unit] = /run for ([\d.]+) (ms|s)\b/.exec(message) ?? [];
	const reportedMs = Number(figure) * (unit === 's' ? 1000 : 1);
	return (
		rule === 'loop-blocked' && reportedMs > 0 && reportedMs <= (counts['ms the loop was held at most'] ?? 0)
	);
};

/** The time for a program to start and to end, beyond that of its load. */
export const marginMs = 60_000;

const readCounts = z.object({soak: z.record(z.string(), z.number())});

/** @throws where the program or netwatch did not end well, or not in time */
export async function soak(
	context: Lifetime,
	{name, env, node: ownNode}: SoakProgram,
	seconds: number,
): Promise<Soaked> {
	const more = (await env?.(context)) ?? {};
	const programNode = (await ownNode?.()) ?? targetNode;
	const program = join(root, 'test/soak/programs', `${name}.cjs`);
	const netwatch = spawn(node, [cli, '--json', '--', programNode, program], {
		env: {...process.env, NODE_OPTIONS: undefined, SOAK_SECONDS: String(seconds), ...more},
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	const ended = new Promise<string>(resolve => {
		netwatch.once('error', error => resolve(error.message));
		netwatch.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
	});
	const end = async (): Promise<void> => {
		try {
			if (netwatch.pid !== undefined) process.kill(-netwatch.pid, 'SIGKILL');
		} catch {
			// The process has ended by itself.
		}

		await ended;
	};
	context.onTestFinished(end);
	const alarms = new Map<number, RecordOf<'diagnosis'>>();
	const examples = new Map<string, RecordOf<'diagnosis'>>();
	const troubles: RecordOf<'notice'>[] = [];
	const read: {summary: RecordOf<'summary'> | null; counts: Record<string, number> | null} = {
		summary: null,
		counts: null,
	};
	let errors = '';
	createInterface(netwatch.stdout).on('line', line => {
		// Most lines are rows, which are not checked here.
		if (!/^\{"type":"(diagnosis|notice|summary)"/.test(line)) return;
		const record = recordSchema.parse(JSON.parse(line));
		if (record.type === 'diagnosis') {
			if (record.severity !== 'info') alarms.set(record.key, record);
			else if (!examples.has(record.rule)) examples.set(record.rule, record);
		}
		if (record.type === 'notice' && record.level !== 'info') troubles.push(record);
		else if (record.type === 'summary') read.summary = record;
	});
	createInterface(netwatch.stderr).on('line', line => {
		if (line.startsWith('{"soak":')) read.counts = readCounts.parse(JSON.parse(line)).soak;
		else errors = `${errors}${line}\n`.slice(-4000);
	});
	const timer = setTimeout(end, seconds * 1000 + marginMs);
	const how = await ended;
	clearTimeout(timer);
	const {summary, counts} = read;
	if (how !== 'exit code 0' || summary === null || counts === null) {
		throw new Error(`${name} below netwatch has ended with ${how}\n${errors}`);
	}

	return {counts, alarms: [...alarms.values()], examples: [...examples.values()], troubles, summary};
}
