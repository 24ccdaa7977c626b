import {existsSync} from 'node:fs';
import {expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, type Row, startNetwatch} from '../helpers/process/netwatch.ts';
import {node, target} from '../helpers/process/paths.ts';
import {clients} from './clients.ts';
import type {Result} from './run-client.ts';
import {compareWithSs} from './sockets.ts';
import {complaints} from './table.ts';

test('each client has a name and a program of its own', () => {
	expect(new Set(clients.map(({name}) => name)).size).toBe(clients.length);
	expect(new Set(clients.map(({program}) => program)).size).toBe(clients.length);
	const missing = clients.filter(({program}) => !existsSync(new URL(`programs/${program}`, import.meta.url)));
	expect(missing).toEqual([]);
});

/** A listener and both ends of two connections: five sockets. */
const withEchoPairs = async (context: TestContext): Promise<{netwatch: Netwatch; pid: number}> => {
	const netwatch = startNetwatch(context, [node, target('echo-pair'), '2']);
	const {pid} = await netwatch.fact('ready', z.object({pid: z.number()}));
	await netwatch.until(() => compareWithSs(netwatch, pid).differences.length === 0);
	return {netwatch, pid};
};

test('rows of netwatch agree with ss; one too few, one too many and a wrong address are reported', async context => {
	const {netwatch, pid} = await withEchoPairs(context);
	expect(compareWithSs(netwatch, pid)).toEqual({sockets: 5, differences: []});

	const rows = [...netwatch.rows.values()];
	const [first, second] = rows.filter(({role}) => role === 'client');
	if (first === undefined || second === undefined) throw new Error('the program has no two clients');
	const withRows = (changed: readonly Row[]): string[] =>
		compareWithSs({records: [], rows: new Map(changed.map(row => [row.id, row]))}, pid).differences;
	const others = rows.filter(row => row !== first);
	expect(withRows(others)).toEqual([expect.stringMatching(/^no row for: ESTAB/)]);
	expect(withRows([...rows, {...first, id: 'twice'}])).toEqual([
		expect.stringMatching(/^2 rows .* for: ESTAB/),
	]);
	expect(withRows([...rows, {...first, id: 'more', kernel: null}])).toEqual([
		expect.stringMatching(/^row more .*: ss shows no such socket/),
	]);
	expect(withRows([...others, {...first, peer: second.local}])).toEqual([
		expect.stringMatching(/: peer is 127\.0\.0\.1 \d+, for ss 127\.0\.0\.1 \d+$/),
	]);
	expect(withRows([...others, {...first, stage: 'closed'}])).toEqual([
		expect.stringMatching(/: open for ss: /),
	]);
});

const sound: Result = {
	plain: {exit: '0', stdout: 'a\n', stderr: ''},
	watched: {exit: '0', stdout: 'a\n', stderr: ''},
	comparison: {sockets: 1, differences: []},
	findings: [],
	failed: [],
	troubles: [],
	records: [],
	kinds: {},
};

test.for<[string, Partial<Result>, number]>([
	['nothing is wrong', {}, 0],
	['another output', {watched: {exit: '0', stdout: 'b\n', stderr: ''}}, 1],
	['a word on standard error', {watched: {exit: '0', stdout: 'a\n', stderr: 'b'}}, 1],
	['another exit code', {watched: {exit: '1', stdout: 'a\n', stderr: ''}}, 1],
	[
		'a program that fails alone',
		{plain: {exit: '1', stdout: '', stderr: ''}, watched: {exit: '1', stdout: '', stderr: ''}},
		1,
	],
	['a row too many', {comparison: {sockets: 0, differences: ['row 1.0.1']}}, 1],
])('complaints of a client: %s', ([, changed, count]) => {
	expect(complaints({...sound, ...changed})).toHaveLength(count);
});
