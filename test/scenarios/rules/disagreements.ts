import {expect} from 'vitest';
import {formatAddress} from '../../../source/domain/format.ts';
import {canLayCable, layCable} from '../../helpers/network/cable.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import {type Netwatch, type Row, startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {cleared, type DiagnosisRecord, finding, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const noCable = isRoot && canLayCable() ? null : 'needs root';

/** Waits until the row's `disagreement` contains the words. */
const disagreed = (netwatch: Netwatch, {id}: DiagnosisRecord, words: string): Promise<Row> =>
	netwatch.until(() => {
		const row = netwatch.rows.get(id ?? '');
		return row?.disagreement?.includes(words) && row;
	});

export const scenarios: readonly Scenario[] = [
	{
		rule: 'destroyed-but-open',
		title: 'a socket that JavaScript destroys and a child has inherited',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('left-open')]);
			// It is reported, and the kernel's table has shown it, before it is destroyed.
			await netwatch.until(() =>
				[...netwatch.rows.values()].find(
					({role, process, kernel}) => role === 'server' && process?.bytesRead && kernel,
				),
			);
			netwatch.write('destroy\n');
			const record = await finding(netwatch, 'destroyed-but-open', ({message}) => message.includes('sleep'));
			expect(record).toMatchObject({severity: 'warn', phase: 'close', operation: 'destroy'});
			expect(record.evidence.map(({source}) => source)).toEqual(['process', 'kernel']);
			const row = await disagreed(netwatch, record, 'destroyed in JavaScript, ESTAB in the kernel');
			expect(row).toMatchObject({stage: 'closed', role: 'server'});
			netwatch.write('let go\n');
			await cleared(netwatch, record);
		},
	},
	{
		rule: 'connection-without-owner',
		title: 'a connection that a server has accepted and forgotten',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('without-owner')]);
			const record = await finding(netwatch, 'connection-without-owner');
			expect(record).toMatchObject({severity: 'warn', phase: 'accept', operation: 'accept'});
			const [, port] = /forgotten: (\d+)/.exec(netwatch.stderr()) ?? [];
			expect(formatAddress(record.peer)).toBe(`127.0.0.1:${port}`);
			expect(await disagreed(netwatch, record, 'no socket in JavaScript')).toMatchObject({process: null});
			// The connection that the server holds raises nothing.
			expect(netwatch.all('diagnosis').filter(({rule}) => rule === record.rule)).toHaveLength(1);
		},
	},
	{
		rule: 'connecting-without-socket',
		title: 'an attempt that is refused while the event loop is blocked',
		skip: noCable,
		async run(context) {
			const {near, far} = await layCable(context, {near: ['10.9.0.1/24'], far: ['10.9.0.2/24']});
			far.run(
				'nft',
				'add table ip t; add chain ip t in { type filter hook input priority 0; }; add rule ip t in tcp dport 9 drop',
			);
			const netwatch = startNetwatch(context, [
				...[...near.enter, targetNode],
				...[scenarioProgram('connects-blocked'), '10.9.0.2'],
			]);
			await netwatch.until(() =>
				[...netwatch.rows.values()].some(
					({stage, kernel}) => stage === 'connect' && kernel?.state === 'SYN-SENT',
				),
			);
			netwatch.write('block\n');
			// The next SYN is answered, by a reset.
			far.run('nft', 'delete table ip t');
			const record = await finding(netwatch, 'connecting-without-socket');
			expect(record).toMatchObject({severity: 'warn', phase: 'connect', operation: 'connect'});
			expect(record.peer).toMatchObject({address: '10.9.0.2', port: 9});
			await disagreed(netwatch, record, 'connecting in JavaScript, no socket in the kernel');
			await cleared(netwatch, record);
			expect(netwatch.stderr()).toContain('ECONNREFUSED');
		},
	},
	{
		rule: 'source-differs',
		title: 'a client with a source address of its own choice, which is served all the same',
		async run(context) {
			const script = `
				const net = require('node:net');
				const server = net.createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1', () => {
					for (const localAddress of ['127.0.0.2', undefined])
						net.connect({port: server.address().port, host: '127.0.0.1', localAddress}).write('hello');
				});`;
			const netwatch = startNetwatch(context, [targetNode, '-e', script]);
			const record = await finding(netwatch, 'source-differs');
			expect(record).toMatchObject({severity: 'info', local: {address: '127.0.0.2'}});
			expect(record.next).toEqual({argv: ['ip', 'route', 'get', '127.0.0.1']});
			await disagreed(netwatch, record, '127.0.0.2');
			expect(netwatch.all('diagnosis').filter(({rule}) => rule === record.rule)).toHaveLength(1);
		},
	},
];
