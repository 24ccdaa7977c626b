import dgram from 'node:dgram';
import net, {type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, type TestContext} from 'vitest';
import {isRoot} from '../../helpers/process/is-root.ts';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {node, targetNode} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {finding, raisedRules, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const program = scenarioProgram('binds');
const binds = (context: TestContext, words: readonly string[], through: readonly string[] = []) =>
	startNetwatch(context, [targetNode, program, ...words], {through});

export const scenarios: readonly Scenario[] = [
	{
		rule: 'address-in-use',
		title: 'a port that another program listens on, which is named',
		async run(context) {
			const listens =
				"const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))";
			const other = start(context, node, ['-e', listens]);
			const port = await other.until(() => /^\d+\n/.exec(other.stdout())?.[0].trim());
			const netwatch = binds(context, ['listen', '127.0.0.1', port]);
			// On a busy machine the finding may be raised first without the port's owner.
			const record = await finding(netwatch, 'address-in-use', ({message}) => message.includes('(pid '));
			expect(record).toMatchObject({severity: 'error', phase: 'bind', operation: 'listen', peer: null});
			expect(record.message).toMatch(
				new RegExp(
					`^listen on 127\\.0\\.0\\.1:${port} failed: .* \\(pid ${other.pid}\\) has that port already$`,
				),
			);
			expect(record.next).toEqual({argv: ['ss', '-tlnp', 'sport', '=', `:${port}`]});
			expect(raisedRules(netwatch)).not.toContain('local-port-taken');
		},
	},
	{
		rule: 'address-in-use',
		title: 'a program that exits on it at once',
		async run(context) {
			const server = net.createServer().listen(0, '127.0.0.1');
			context.onTestFinished(() => void server.close());
			await new Promise(resolve => server.once('listening', resolve));
			const {port} = server.address() as AddressInfo;
			const netwatch = startNetwatch(context, [
				...[targetNode, '-e'],
				`require('net').createServer().listen(${port}, '127.0.0.1')`,
			]);
			const record = await finding(netwatch, 'address-in-use');
			expect(record.message).toContain(`listen on 127.0.0.1:${port} failed: `);
			// The end waits for the port's owner, up to a limit.
			const [, pid = process.pid] = /\(pid (\d+)\) has that port/.exec(record.message) ?? [];
			expect(Number(pid)).toBe(process.pid);
		},
	},
	{
		rule: 'address-in-use',
		title: 'a UDP port that another program has',
		async run(context) {
			const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
			context.onTestFinished(() => void socket.close());
			await new Promise(resolve => socket.once('listening', resolve));
			const {port} = socket.address();
			const record = await finding(binds(context, ['udp', '127.0.0.1', String(port)]), 'address-in-use');
			expect(record).toMatchObject({
				operation: 'bind',
				next: {argv: ['ss', '-ulnp', 'sport', '=', `:${port}`]},
			});
		},
	},
	{
		rule: 'address-in-use',
		title: 'a socket file that the same program listens on',
		async run(context) {
			const path = join(temporaryDirectory(context), 'a.sock');
			const netwatch = binds(context, ['unix', path]);
			const record = await finding(netwatch, 'address-in-use');
			expect(record.message).toMatch(
				/^listen on .*a\.sock failed: binds\.cjs \(pid \d+\) listens there already$/,
			);
		},
	},
	{
		rule: 'address-in-use',
		title: 'listeners on one port and other addresses are not in the way of each other, or of a client',
		async run(context) {
			const netwatch = binds(context, ['shares']);
			await netwatch.until(() => netwatch.stderr().includes('"fact":"shared"'));
			await netwatch.until(() => netwatch.all('load').length > 3);
			expect(raisedRules(netwatch)).not.toContain('address-in-use');
			expect(raisedRules(netwatch)).not.toContain('local-port-taken');
		},
	},
	{
		rule: 'address-not-available',
		title: 'listen() on an address of another machine',
		async run(context) {
			const record = await finding(binds(context, ['listen', '203.0.113.9', '0']), 'address-not-available');
			expect(record).toMatchObject({severity: 'error', phase: 'bind', operation: 'listen'});
			expect(record.message).toMatch(/no interface here has that address \(IPv4: .*127\.0\.0\.1/);
			expect(record.next).toEqual({argv: ['ip', '-br', 'addr', 'show', 'to', '203.0.113.9']});
		},
	},
	{
		rule: 'address-not-available',
		title: 'a client with the localAddress of another machine',
		async run(context) {
			const record = await finding(binds(context, ['client', '203.0.113.9']), 'address-not-available');
			expect(record).toMatchObject({phase: 'bind', operation: 'bind', local: {address: '203.0.113.9'}});
		},
	},
	{
		rule: 'local-port-taken',
		title: 'a client asks for the port of a listener',
		async run(context) {
			const netwatch = binds(context, ['same-port']);
			const record = await finding(netwatch, 'local-port-taken');
			expect(record).toMatchObject({severity: 'error', phase: 'bind', operation: 'bind'});
			expect(record.message).toMatch(
				/^bind of a client from 127\.0\.0\.1:(\d+) failed: binds\.cjs \(pid \d+\) has port \1 already$/,
			);
			expect(raisedRules(netwatch)).not.toContain('address-in-use');
		},
	},
	{
		rule: 'local-port-taken',
		title: 'a client asks for the same connection twice',
		async run(context) {
			const netwatch = binds(context, ['same-way']);
			const record = await finding(netwatch, 'local-port-taken', ({operation}) => operation === 'connect');
			expect(record).toMatchObject({operation: 'connect', peer: {address: '127.0.0.1'}});
			expect(record.message).toMatch(
				/failed: binds\.cjs \(pid \d+\) has, or had a moment ago, this very connection$/,
			);
			await netwatch.until(() => netwatch.all('load').length > 6);
			expect(raisedRules(netwatch)).not.toContain('ephemeral-ports-exhausted');
		},
	},
	{
		rule: 'bind-forbidden',
		title: 'a port below 1024 without root',
		skip: isRoot ? null : 'needs root, for a namespace and another user',
		async run(context) {
			const through = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
			const record = await finding(binds(context, ['nobody', '81'], through), 'bind-forbidden');
			expect(record).toMatchObject({severity: 'error', phase: 'bind', operation: 'listen'});
			expect(record.message).toContain('listen on 127.0.0.1:81 failed: a port below 1024 takes root');
		},
	},
];
