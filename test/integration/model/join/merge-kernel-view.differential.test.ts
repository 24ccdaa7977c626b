// Sockets in all states, in a network namespace of their own: netwatch's rows equal the output of `ss` and `ip` there.
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {z} from 'zod';
import {copies, startWorld, type World} from '../../../helpers/network/all-states.ts';
import {canLayCable} from '../../../helpers/network/cable.ts';
import {socketsOf} from '../../../helpers/process/descriptors.ts';
import type {Row, SocketFact} from '../../../helpers/process/netwatch.ts';
import {rowOf} from '../../../helpers/records/match-rows.ts';
import {disagreements, linesOf, rowsNow, rowsOf, socketsIn} from '../../../helpers/records/ss-agreement.ts';
import {cellsOf, ssArguments} from '../../../helpers/records/ss-cells.ts';

const ways = [
	{title: 'the sockets of a program', args: [], all: false, pairs: 2},
	// So many that the table is read without TCP info, which has a query of its own.
	{title: 'the sockets of a program beside thousands of others', args: [], all: false, pairs: 1200},
	{title: 'all sockets', args: ['--all'], all: true, pairs: 2},
];
/** Comparisons until no socket changed meanwhile. */
const rounds = 8;

describe.skipIf(!canLayCable()).each(ways)(
	'$title in another network namespace (needs root, or user namespaces)',
	({args, all, pairs}) => {
		const endings: Array<() => Promise<void> | void> = [];
		let world: World;

		beforeAll(async () => {
			world = await startWorld({onTestFinished: ending => void endings.push(ending)}, args, pairs);
		}, 120_000);

		afterAll(async () => {
			for (const end of endings.reverse()) await end();
		});

		const ss = (table: string): string => world.near.run('ss', ...ssArguments, table);

		const until = <Value>(probe: () => Value | undefined | null | false): Promise<Value> =>
			world.netwatch.until(probe, 30_000);

		/** The output of `ss` before and after a snapshot of netwatch and its records. */
		const printedNow = async (table: string) => {
			const before = ss(table);
			const begun = performance.timeOrigin + performance.now();
			const {netwatch} = world;
			// The second snapshot: the records of the first one have been written by then.
			await netwatch.until(() => netwatch.all('kernel').filter(({at}) => at > begun).length >= 2);
			return socketsIn(before, ss(table), performance.timeOrigin + performance.now());
		};

		/** Compares the rows with `ss` until they agree, or fails with the differences of the last round. */
		const expectAgreement = async (table: string, isExpected: (line: string) => boolean): Promise<number> => {
			for (let round = 1; ; round++) {
				const sockets = (await printedNow(table)).filter(({after}) => isExpected(after));
				const wrong = sockets.flatMap(socket => disagreements(rowsOf(world.netwatch, socket.after), socket));
				if (wrong.length === 0) return sockets.length;
				if (round === rounds) expect(wrong).toEqual([]);
			}
		};

		const stateOf = (line: string): string => String(cellsOf(line).state);

		const inState = (state: string): string[] => linesOf(ss('-t')).filter(line => stateOf(line) === state);
		const isStrange = (line: string): boolean => world.stranger.inodes.has(Number(cellsOf(line).inode));

		test('the sockets of the program are in every TCP state', () => {
			expect(new Set(linesOf(ss('-t')).map(stateOf))).toEqual(new Set(states));
		});

		test('each TCP socket has one row, whose kernel cells are what ss prints', {
			timeout: 90_000,
		}, async () => {
			// Half-open ones are counted at their listener.
			const count = await expectAgreement(
				'-t',
				line => stateOf(line) !== 'SYN-RECV' && (all || !isStrange(line)),
			);
			expect(count).toBeGreaterThan(copies * 25);
		});

		test('each UDP socket has one row, whose kernel cells are what ss prints', {
			timeout: 90_000,
		}, async () => {
			expect(await expectAgreement('-u', () => true)).toBe(world.facts.udp.length);
		});

		test('sockets of another program are rows only with --all', () => {
			const strange = linesOf(ss('-t')).filter(isStrange);
			expect(strange.length).toBeGreaterThan(2);
			for (const line of strange) {
				const row = {
					id: expect.stringMatching(/^k\./),
					pid: world.stranger.pid,
					process: null,
					joinedBy: null,
				};
				expect(rowsOf(world.netwatch, line)).toMatchObject(all ? [row] : []);
			}
		});

		test('each socket of the program is in the row with its addresses, joined by inode', () => {
			for (const {scenario, inode, local, peer} of world.facts.living) {
				const addresses = {local: unscoped(local), peer: unscoped(peer)};
				const row = rowOf(world.netwatch, addresses);
				expect(row, `${scenario} ${JSON.stringify(addresses)}`).toMatchObject({
					...{pid: world.facts.pid, netns: world.near.netns},
					...{joinedBy: 'inode', kernel: {inode}},
				});
			}

			const joined = rowsWith(row => row.joinedBy === 'inode').map(({kernel}) => kernel?.inode ?? 0);
			expect(joined.filter(inode => !socketsOf(world.facts.pid).includes(inode))).toEqual([]);
			expect(new Set(joined).size).toBe(joined.length);
		});

		test('unix sockets are joined to their rows by inode, with the queues that ss prints', async () => {
			const printed = new Map(linesOf(world.near.run('ss', '-Hxan')).map(line => [inodeOfUnix(line), line]));
			for (const inode of world.facts.unix) {
				const [, state, recvQ] = (printed.get(inode) ?? '').split(/ +/);
				const row = await until(() => rowsWith(({kernel}) => kernel?.inode === inode)[0]);
				expect(row).toMatchObject({kind: 'unix', joinedBy: 'inode', pid: world.facts.pid});
				expect(row.kernel).toMatchObject({state, recvQ: Number(recvQ)});
			}
		});

		test('the connections in an accept queue are queued rows of their listener', async () => {
			const [listener] = await until(() => hasOne(rowsWith(row => isListener(row) && portOf(row) === 7008)));
			const waiting = inState('ESTAB').filter(line => cellsOf(line).inode === null);
			expect(waiting).toHaveLength(5);
			for (const line of waiting) {
				const row = {stage: 'queued', role: 'server', listener: listener?.id, joinedBy: null, process: null};
				expect(rowsOf(world.netwatch, line)).toMatchObject([{...row, proc: listener?.proc}]);
			}

			expect(listener).toMatchObject({kernel: {recvQ: 5, sendQ: 4}, acceptQueue: {queueMax: 5}});
		});

		test('half-open connections are counted at their listener, and are rows only with --all', async () => {
			const [listener] = await until(() => hasOne(rowsWith(row => isListener(row) && portOf(row) === 7009)));
			const halfOpen = inState('SYN-RECV');
			expect(halfOpen).toHaveLength(copies);
			expect(listener?.acceptQueue?.halfOpen).toBe(halfOpen.length);
			expect(rowsWith(({kernel}) => kernel?.state === 'SYN-RECV')).toHaveLength(all ? halfOpen.length : 0);
		});

		test('closed sockets that the kernel still holds linger in their rows', {timeout: 90_000}, async () => {
			for (const state of ['FIN-WAIT-1', 'FIN-WAIT-2', 'LAST-ACK', 'TIME-WAIT']) {
				const orphans = inState(state).filter(line => cellsOf(line).inode === null);
				expect(
					orphans,
					`${state} without an owner:\n${orphans.join('\n')}\n\nhere:\n${ss('-t')}\nthere:\n${world.far.run('ss', ...ssArguments, '-t')}`,
				).toHaveLength(copies);
				// A row is written once a second at most, and a snapshot may have missed it while ss was slow.
				await until(() => {
					for (const line of orphans) {
						const [row] = rowsOf(world.netwatch, line);
						expect(row, line).toMatchObject({
							...{pid: world.facts.pid, stage: 'lingering'},
							closedAt: expect.any(Number),
						});
					}

					return true;
				});
			}
		});

		test('each route is the answer of ip for the peer', async () => {
			const destinations = new Set(
				rowsWith(hasPeer).map(({peer}) => (peer !== null && 'address' in peer ? peer.address : '')),
			);
			expect(destinations.size).toBeGreaterThan(5);
			for (const destination of destinations) {
				const scope = destination.startsWith('fe80:') ? ['oif', world.near.device] : [];
				const answer = world.near.run('ip', '-j', 'route', 'get', destination, ...scope);
				const [{dev, prefsrc = null, gateway = null}] = answers.parse(JSON.parse(answer));
				for (const row of rowsWith(row => hasPeer(row) && isTo(row, destination))) {
					expect(row.route).toMatchObject({dst: destination, dev, src: prefsrc, gateway, error: null});
				}
			}
		});

		test('no row shows a destroyed socket or a foreign one', {timeout: 90_000}, async () => {
			const closed = ['client reset', 'client refused'].reduce(
				(sum, name) => sum + (world.facts.counts[name] ?? 0),
				0,
			);
			const failed = [...world.netwatch.rows.values()].filter(({stage}) => stage === 'failed');
			expect(failed).toHaveLength(closed);
			expect(failed.filter(({error}) => error === null)).toEqual([]);
			const printed = new Set(linesOf(`${ss('-t')}${ss('-u')}`).map(line => cellsOf(line).cookie));
			const strangers = (): Row[] =>
				rowsWith(
					({kind, kernel, netns}) =>
						// The command was in netwatch's own namespace when it began.
						netns === world.near.netns &&
						kind !== 'unix' &&
						kernel !== null &&
						!kernel.final &&
						!printed.has(kernel.cookie),
				);
			await until(() => {
				const left = strangers();
				if (left.length === 0) return true;
				const remaining = left
					.map(({id, stage, kernel}) => `${id} ${stage} ${JSON.stringify(kernel)}`)
					.slice(0, 9);
				throw new Error(`rows of sockets that ss does not print:\n${remaining.join('\n')}`);
			});
		});

		const rowsWith = (is: (row: Row) => boolean): Row[] => rowsNow(world.netwatch).filter(is);
	},
);

const states = [
	...['CLOSE-WAIT', 'CLOSING', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'LAST-ACK', 'LISTEN'],
	...['SYN-RECV', 'SYN-SENT', 'TIME-WAIT'],
];

const answers = z.tuple([
	z.object({dev: z.string(), prefsrc: z.string().optional(), gateway: z.string().optional()}),
]);

/** Node names the device of a link-local address where it knows it. */
const unscoped = (address: SocketFact['local']): SocketFact['local'] =>
	address !== null && 'address' in address
		? {...address, address: address.address.replace(/%.*/, '')}
		: address;
const inodeOfUnix = (line: string): number => Number(line.trim().split(/ +/)[5]);
const hasOne = (rows: Row[]): Row[] | null => (rows.length === 1 ? rows : null);
const isListener = ({role}: Row): boolean => role === 'listener';
const portOf = ({local}: Row): number | null => (local !== null && 'port' in local ? local.port : null);
const isTo = ({peer}: Row, address: string): boolean =>
	peer !== null && 'address' in peer && peer.address === address;
const hasPeer = ({peer, kind}: Row): boolean => kind === 'tcp' && peer !== null && 'address' in peer;
