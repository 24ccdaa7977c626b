import {expect, type TestContext} from 'vitest';
import {z} from 'zod';
import {layResolver, type Resolver} from '../../helpers/network/dns-server.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import {type Netwatch, startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {targetMajor} from '../../helpers/process/target-version.ts';
import {finding, raisedRules, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const skip = isRoot ? null : 'needs root, for a namespace with a DNS server';

/** A program that connects to each of the names at once, beside a DNS server whose answers the names select. */
const connects = async (
	context: TestContext,
	names: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<Netwatch & {resolver: Resolver}> => {
	const resolver = await layResolver(context, env.RESOLVER);
	const netwatch = startNetwatch(context, [targetNode, scenarioProgram('connects-by-name'), ...names], {
		through: resolver.enter,
		env,
	});
	return {...netwatch, resolver};
};

export const scenarios: readonly Scenario[] = [
	{
		rule: 'name-not-found',
		title: 'no descriptor is left to ask with: nothing is said of the name, and no server is named',
		async run(context) {
			const netwatch = startNetwatch(context, [
				...['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh', targetNode, scenarioProgram('no-descriptors')],
			]);
			const {codes} = await netwatch.fact('failed', z.object({codes: z.array(z.string())}));
			const record = await finding(netwatch, 'name-not-found', ({message}) => message.includes('descriptor'));
			expect(codes).toEqual(['ENOTFOUND', 'EMFILE']);
			expect(record.message).toMatch(
				/^lookup of localhost was not possible \(.*\): the process had no descriptor left to ask with/,
			);
			expect(record.evidence.map(({fact}) => fact).join()).not.toContain('resolv.conf');
			expect(record.next).toMatchObject({argv: ['ls', '-l', expect.stringMatching(/^\/proc\/\d+\/fd$/)]});
			netwatch.write('end\n');
		},
	},
	{
		rule: 'permission-denied',
		title: "a connection and a lookup that Node's permission model refuses",
		skip: targetMajor < 25 ? 'needs Node 25, whose permission model covers the network' : null,
		async run(context) {
			const script = `const net = require('node:net');
				for (const host of ['127.0.0.1', 'localhost']) net.connect(9, host).on('error', () => {});
				setInterval(() => {}, 1000);`;
			const netwatch = startNetwatch(context, [
				...[targetNode, '--permission', '--allow-fs-read=*', '--allow-fs-write=*', '-e', script],
			]);
			for (const operation of ['connect', 'lookup']) {
				const record = await finding(netwatch, 'permission-denied', one => one.operation === operation);
				expect(record.message).toContain('with --permission and without --allow-net');
			}

			expect(raisedRules(netwatch)).not.toContain('resolver-failing');
		},
	},
	{
		rule: 'name-not-found',
		title: 'the server answers that there is no such name',
		skip,
		async run(context) {
			const netwatch = await connects(context, ['nxdomain.test']);
			const record = await finding(netwatch, 'name-not-found');
			expect(record).toMatchObject({severity: 'error', phase: 'lookup', operation: 'lookup'});
			expect(record.message).toContain('lookup of nxdomain.test was answered after');
			expect(record.next).toEqual({argv: ['getent', 'ahosts', 'nxdomain.test']});
			expect(record.evidence[0]?.fact).toContain('ENOTFOUND');
			expect(record.evidence[1]?.fact).toMatch(/^resolv\.conf of pid \d+ names 127\.0\.0\.1$/);
		},
	},
	{
		rule: 'name-not-found',
		title: 'a name that does not exist is asked for by listen()',
		skip,
		async run(context) {
			const {enter} = await layResolver(context);
			const listens =
				"require('net').createServer().on('error', () => {}).listen(80, 'nxdomain.test'); setTimeout(() => {}, 30_000)";
			const netwatch = startNetwatch(context, [targetNode, '-e', listens], {through: enter});
			const record = await finding(netwatch, 'name-not-found');
			expect(record).toMatchObject({phase: 'lookup', operation: 'lookup'});
			expect(record.message).toContain('lookup of nxdomain.test');
		},
	},
	{
		rule: 'resolver-failing',
		title: 'the server fails at once',
		skip,
		async run(context) {
			const netwatch = await connects(context, ['servfail.test']);
			const record = await finding(netwatch, 'resolver-failing');
			expect(record).toMatchObject({severity: 'error', phase: 'lookup', operation: 'lookup'});
			expect(record.message).toMatch(
				/^lookup of servfail\.test failed almost at once, after [\d.]+ ms: .*127\.0\.0\.1/,
			);
			expect(raisedRules(netwatch)).not.toContain('lookup-slow');
		},
	},
	{
		rule: 'resolver-failing',
		title: 'the server is silent until the resolver has waited long enough',
		skip,
		async run(context) {
			const netwatch = await connects(context, ['silent.test']);
			const record = await finding(netwatch, 'resolver-failing');
			expect(record.message).toMatch(
				/^lookup of silent\.test failed after 1\.\d+ s: no server answered within 1\.000 s/,
			);
		},
	},
	{
		rule: 'lookup-slow',
		title: 'the answer takes longer than any cache, and the connection goes on',
		skip,
		async run(context) {
			const netwatch = await connects(context, ['slow-2500.test'], {RESOLVER: 'timeout:5'});
			const underWay = await finding(netwatch, 'lookup-slow');
			expect(underWay.message).toMatch(/^lookup of slow-2500\.test has had no answer for more than [12] s$/);
			const row = await netwatch.until(() => {
				const now = netwatch.rows.get(underWay.id ?? '');
				return now?.stage === 'open' && now.severity === 'warn' && now;
			});
			expect(row.diagnoses).toContain('lookup-slow');
		},
	},
	{
		rule: 'lookup-slow',
		title: 'file operations have the whole thread pool: the lookup has not begun, and no server is named',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('pool-taken')]);
			const record = await finding(netwatch, 'lookup-slow', ({severity}) => severity === 'warn');
			expect(record.message).toMatch(
				/^lookup of localhost has not begun for more than \d+ s: file operations have all threads of libuv's pool$/,
			);
			const facts = record.evidence.map(({fact}) => fact).join();
			expect(facts).toContain('4 file operations are under way without an end, and the pool has 4 threads');
			expect(facts).not.toContain('resolv.conf');
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['ps', '-L'])});
			netwatch.write('end\n');
		},
	},
	{
		rule: 'lookup-queue',
		title: 'more names than the thread pool looks up at a time, and a slow server',
		skip,
		async run(context) {
			const names = [1, 2, 3, 4, 5].map(number => `slow-4500.number-${number}.test`);
			const netwatch = await connects(context, names, {RESOLVER: 'timeout:5'});
			const record = await finding(netwatch, 'lookup-queue');
			expect(record).toMatchObject({severity: 'warn', phase: 'lookup', operation: 'lookup', id: null});
			expect(record.message).toContain('connects-by-name.cjs');
			expect(record.message).toContain('than the 2 that a thread pool of 4 looks up at a time');
			// The server has seen the two questions of the finding, and no third while these wait.
			const {server} = netwatch.resolver;
			expect(server.stdout().match(/"fact":"query"/g)).toHaveLength(2);
		},
	},
	{
		rule: 'lookup-queue',
		title: 'a larger thread pool looks up all names at once, and none waits',
		skip,
		async run(context) {
			const names = [1, 2, 3, 4, 5].map(number => `slow-2000.number-${number}.test`);
			const env = {RESOLVER: 'timeout:5', UV_THREADPOOL_SIZE: '10'};
			const netwatch = await connects(context, names, env);
			await netwatch.until(() => netwatch.all('step').filter(({step}) => step === 'lookup').length === 5);
			expect(raisedRules(netwatch)).not.toContain('lookup-queue');
		},
	},
];
