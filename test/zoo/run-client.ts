/** Runs a client's program once alone and once below netwatch. */
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {PublicRecord, RecordOf} from '../../source/records/format/schema.ts';
import {type Netwatch, startNetwatch} from '../helpers/process/netwatch.ts';
import {targetNode} from '../helpers/process/paths.ts';
import {type Program, start} from '../helpers/process/program.ts';
import {type Lifetime, temporaryDirectory} from '../helpers/process/temporary-directory.ts';
import {contentOf, until} from '../helpers/process/until.ts';
import {type Comparison, compareWithSs} from './sockets.ts';

export type Run = {exit: string; stdout: string; stderr: string};

export type Result = {
	plain: Run;
	watched: Run;
	comparison: Comparison;
	/** Each finding once, as it was raised last. */
	findings: RecordOf<'diagnosis'>[];
	/** Rows whose last stage was `failed`. */
	failed: RecordOf<'row'>[];
	/** Notices above `info`: netwatch itself had trouble. */
	troubles: RecordOf<'notice'>[];
	/** All that netwatch has written. */
	records: readonly PublicRecord[];
	/** What was connected to what, e.g. "tcp to 127.0.0.1", with how often. */
	kinds: Record<string, number>;
};

const holdsMs = 60_000;
const endsMs = 20_000;
/** A row's kernel view comes with the next look, which is a second away, and more on a busy machine. */
const agreesMs = 10_000;
const pollEveryMs = 100;

/** Standard output and error keep apart: netwatch --json writes both to its standard error. */
const script = 'exec "$@" >"$ZOO_STDOUT" 2>"$ZOO_STDERR"';

/**
 * @param options.built the built netwatch
 * @param options.env the environment of the program, with where its servers are
 */
export async function runClient(
	context: Lifetime,
	program: string,
	{built, env}: {built: string; env: Readonly<Record<string, string>>},
): Promise<Result> {
	const files = (): {ZOO_STDOUT: string; ZOO_STDERR: string} => {
		const directory = temporaryDirectory(context);
		return {ZOO_STDOUT: join(directory, 'stdout'), ZOO_STDERR: join(directory, 'stderr')};
	};
	const words = ['sh', '-c', script, 'sh', targetNode, program];
	const options = {cwd: join(program, '..')};
	const [first = '', ...rest] = words;

	const plainFiles = files();
	const alone = start(context, first, rest, {...options, env: {...env, ...plainFiles}});
	await holding(alone, plainFiles.ZOO_STDOUT);
	const plain = await ended(alone, plainFiles);

	const watchedFiles = files();
	const netwatch = startNetwatch(context, words, {...options, built, env: {...env, ...watchedFiles}});
	const isHolding = await holding(netwatch, watchedFiles.ZOO_STDOUT);
	const comparison = isHolding
		? await agreement(netwatch)
		: {sockets: 0, differences: ['it has ended before it held its connections']};
	const watched = await ended(netwatch, watchedFiles);

	const findings = new Map(netwatch.all('diagnosis').map(finding => [finding.key, finding]));
	const rows = [...netwatch.rows.values()];
	const kinds: Record<string, number> = {};
	for (const row of rows) {
		const kind = describe(row);
		kinds[kind] = (kinds[kind] ?? 0) + 1;
	}

	return {
		plain,
		watched,
		comparison,
		findings: [...findings.values()],
		failed: rows.filter(({stage}) => stage === 'failed'),
		troubles: netwatch.troubles(),
		records: netwatch.records,
		kinds,
	};
}

const describe = ({kind, role, peer, host, http}: RecordOf<'row'>): string => {
	const to =
		role !== 'client' || peer === null ? '' : 'path' in peer ? ' to a path' : ` to ${host ?? peer.address}`;
	return `${kind}${to}${http === null ? '' : ` (${http.protocol ?? 'HTTP'})`}`;
};

async function holding(program: Program, stdout: string): Promise<boolean> {
	let isOver = false;
	void program.ended.then(() => {
		isOver = true;
	});
	await until('"holding"', () => isOver || /^holding$/m.test(contentOf(stdout)), holdsMs);
	return !isOver;
}

async function agreement(netwatch: Netwatch): Promise<Comparison> {
	const deadline = performance.now() + agreesMs;
	for (;;) {
		const pid = netwatch.all('process').find(({event}) => event === 'start')?.pid;
		const comparison = pid
			? compareWithSs(netwatch, pid)
			: {sockets: 0, differences: ['no process has a hook']};
		if (comparison.differences.length === 0 || performance.now() > deadline) return comparison;
		await pause(pollEveryMs);
	}
}

/** Sends the line that the program waits for. */
async function ended(
	program: Program,
	{ZOO_STDOUT, ZOO_STDERR}: {ZOO_STDOUT: string; ZOO_STDERR: string},
): Promise<Run> {
	program.write('go on\n');
	const timeout = new AbortController();
	const exit = await Promise.race([
		program.ended.then(({exitCode, signal}) => `${exitCode ?? signal}`),
		pause(endsMs, `not within ${endsMs / 1000} s`, {signal: timeout.signal}),
	]);
	timeout.abort();
	await program.end();
	return {exit, stdout: contentOf(ZOO_STDOUT), stderr: comparable(contentOf(ZOO_STDERR))};
}

/** Node's warnings begin with the pid. */
const comparable = (text: string): string => text.replaceAll(/\(node:\d+\)/g, '(node)');
