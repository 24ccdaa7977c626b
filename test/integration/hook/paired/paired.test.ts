// Small programs, each without netwatch and with it: the same output, to the byte, and the same end. In each watched
// run the hook must have reported the program's sockets: a hook that was not there changes nothing either.
import {describe, expect, test} from 'vitest';
import type {Outcome} from '../../../helpers/process/outcome.ts';
import {
	expectWatched,
	nameOf,
	type Pair,
	runPair,
	withoutPorts,
} from '../../../helpers/process/paired-run.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {errors, stacks, throws} from './crashes.ts';
import {network} from './network.ts';
import {changes, inspections} from './objects.ts';
import {flags, modules, processes} from './starts.ts';

const tables = {
	'a throw in a listener': throws,
	'an error without a listener': errors,
	'stack traces': stacks,
	'what a program sees': inspections,
	'what a program replaces': changes,
	'ways to use the network': network,
	'processes and threads': processes,
	'ways to start': modules,
	'options of Node': flags,
};

const fits = ({since = 0, until = Number.POSITIVE_INFINITY}: Pair) =>
	since <= targetMajor && targetMajor <= until;
const isSame = ({trace}: Pair) => trace === undefined;

const normalised = (outcome: Outcome, {normal = (text: string) => text}: Pair): Outcome => {
	const {stdout, stderr, ...ended} = withoutPorts(outcome);
	return {...ended, stdout: normal(stdout), stderr: normal(stderr)};
};

describe.concurrent.each(Object.entries(tables))('%s: the same with and without netwatch', (_what, table) => {
	const rows = table.filter(fits).map(pair => ({name: nameOf(pair), pair}));

	test.for(rows.filter(({pair}) => isSame(pair)))('$name', async ({pair}, context) => {
		const {without, within, summary} = await runPair(context, pair);
		expect(without.stdout + without.stderr).toMatch(pair.says);
		expect(without).toMatchObject({exitCode: pair.code ?? 0, signal: null});
		expect(normalised(within, pair)).toEqual(normalised(without, pair));
		expectWatched(summary, pair);
	});
});

describe.concurrent('the traces of netwatch that a program can find are these, and no others', () => {
	const rows = Object.values(tables)
		.flat()
		.filter(pair => fits(pair) && !isSame(pair))
		.map(pair => ({name: nameOf(pair), why: pair.trace?.why, pair}));

	test.for(rows)('$name: $why', async ({pair}, context) => {
		const {without, within, summary} = await runPair(context, pair);
		expect(without.stdout + without.stderr).toMatch(pair.says);
		expect(without).toMatchObject({exitCode: pair.code ?? 0, signal: null});
		const [plain, watched] = [normalised(without, pair), normalised(within, pair)];
		const {without: clean = (text: string) => text} = pair.trace ?? {};
		const cleaned = {...watched, stdout: clean(watched.stdout), stderr: clean(watched.stderr)};
		expect(cleaned).toEqual({...plain, stdout: clean(plain.stdout), stderr: clean(plain.stderr)});
		// A trace that is gone must leave this table, too.
		expect(watched).not.toEqual(plain);
		expectWatched(summary, pair);
	});
});
