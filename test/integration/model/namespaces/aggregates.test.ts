// Sums beside the rows, of real sockets in a network namespace of their own: no other process counts in it.
import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import type {RecordOf} from '../../../../source/records/format/schema.ts';
import {canLayCable, layCable} from '../../../helpers/network/cable.ts';
import {listenerFact, type Netwatch, type Row, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {node, target} from '../../../helpers/process/paths.ts';
import {start} from '../../../helpers/process/program.ts';

const addresses = {near: ['10.214.1.1/24'], far: ['10.214.1.2/24']};
const [nearAddress = '', farAddress = ''] = [...addresses.near, ...addresses.far].map(
	each => each.split('/')[0],
);

describe
	.skipIf(!canLayCable())
	.concurrent('a network namespace of its own (needs root, or user namespaces)', () => {
		test('a listener has its full queue, its drops, and the other processes on its port', async context => {
			const {near, far} = await layCable(context, addresses);
			// The answers of the listener are lost: the connections stay half-open.
			near.lose(farAddress);
			const netwatch = startNetwatch(context, [...near.enter, ...[node, target('full-queue')]]);
			const fact = z.object({pid: z.number(), port: z.number(), four: listenerFact, six: listenerFact});
			const {pid, port, four, six} = await netwatch.fact('ready', fact);

			await netwatch.until(() => {
				const full = listenerAt(netwatch, '127.0.0.1', port);
				expect(full).toMatchObject({
					kernel: {state: 'LISTEN', recvQ: 3, sendQ: 2},
					acceptQueue: {
						...{backlog: 2, queueMax: 3, halfOpen: 0, accepted: 0, takes: 'IPv4'},
						...{others: [], moreOthers: 0},
					},
				});
				expect(full?.acceptQueue?.queueMaxAt).toBeLessThanOrEqual(full?.at ?? 0);
				expect(full?.kernel?.drops).toBeGreaterThan(0);
				return full?.acceptQueue?.dropsPerSecond;
			});
			await netwatch.until(() =>
				netwatch.all('kernel').some(latest => latest.listenDropsPerSecond && latest.listenOverflowsPerSecond),
			);

			const both = portOf(four);
			const [enter = '', ...words] = far.enter;
			start(context, enter, [...words, node, '-e', knocks(nearAddress, both)]);
			await netwatch.until(() => {
				expect(listenerAt(netwatch, '0.0.0.0', both)?.acceptQueue).toMatchObject({
					...{accepted: 3, takes: 'IPv4', halfOpen: 5, queueMax: expect.any(Number)},
					others: [{address: '::', pid, program: 'full-queue.cjs'}],
				});
				expect(listenerAt(netwatch, '::', portOf(six))?.acceptQueue).toMatchObject({
					...{accepted: 0, takes: 'IPv6', halfOpen: 0},
					others: [{address: '0.0.0.0', pid, program: 'full-queue.cjs'}],
				});
				return true;
			});
			expect(near.run('ss', '-HtnO', 'state', 'syn-recv').trim().split('\n')).toHaveLength(5);
			expect(netwatch.troubles()).toEqual([]);
		});

		test('ephemeral ports are counted for the destination with the most, also in TIME-WAIT', async context => {
			const {near} = await layCable(context, addresses);
			near.run('sysctl', '-q', '-w', 'net.ipv4.ip_local_port_range=50000 50019');
			const netwatch = startNetwatch(context, [...near.enter, ...[node, target('ephemeral')]]);
			const {port} = await netwatch.fact('ready', z.object({port: z.number(), ports: z.array(z.number())}));
			const use = {local: '127.0.0.1', peer: '127.0.0.1', peerPort: port, used: 7, range: 20};
			await netwatch.until(() => newest(netwatch)?.ephemeral?.used === 7);
			expect(newest(netwatch)).toMatchObject({ephemeral: use, ephemeralLow: 50_000, ephemeralHigh: 50_019});
			netwatch.write('end\n');
			await netwatch.fact('ended', z.object({clients: z.literal(3)}));
			const seen = netwatch.all('kernel').length;
			await netwatch.until(() => {
				const latest = newest(netwatch);
				expect(netwatch.all('kernel').length).toBeGreaterThan(seen + 1);
				expect(latest).toMatchObject({timeWait: 4, ephemeral: use});
				return true;
			});
		});
	});

const newest = (netwatch: Netwatch): RecordOf<'kernel'> | undefined => netwatch.all('kernel').at(-1);

const portOf = ({local}: z.infer<typeof listenerFact>): number =>
	local !== null && 'port' in local ? local.port : 0;

const listenerAt = (netwatch: Netwatch, address: string, port: number): Row | undefined =>
	[...netwatch.rows.values()].find(
		({role, local}) =>
			role === 'listener' &&
			local !== null &&
			'address' in local &&
			local.address === address &&
			local.port === port,
	);

/** Begins five connections and waits. */
const knocks = (host: string, port: number): string =>
	`for (let count = 0; count < 5; count++) require('net').connect(${port}, '${host}').on('error', () => {});
	setTimeout(() => {}, 30_000);`;
