/** Compares netwatch's rows with a target's facts about its own sockets. */
import {isDeepStrictEqual} from 'node:util';
import {expect} from 'vitest';
import type {RecordOf} from '../../../source/records/format/schema.ts';
import type {Netwatch, Row, SocketFact, Step} from '../process/netwatch.ts';

type Endpoint = SocketFact['local'];

/** IPv4 in IPv6 is IPv4 in the records. */
export const plain = (endpoint: Endpoint): Endpoint => {
	if (endpoint === null || 'path' in endpoint) return endpoint;
	const [, mapped] = /^::ffff:([\d.]+)$/.exec(endpoint.address) ?? [];
	return mapped === undefined ? endpoint : {address: mapped, port: endpoint.port, family: 4};
};

/** The newest row with these addresses; the kernel's own rows are not among them. */
export const rowOf = (
	netwatch: Netwatch,
	{local, peer}: Pick<SocketFact, 'local' | 'peer'>,
): Row | undefined =>
	[...netwatch.rows.values()].findLast(
		row =>
			!row.id.startsWith('k.') &&
			isDeepStrictEqual(row.local, plain(local)) &&
			isDeepStrictEqual(row.peer, plain(peer)),
	);

export type Expected = Partial<Pick<Row, 'kind' | 'role' | 'stage' | 'pid' | 'thread' | 'netns'>> & {
	/** The kernel's state. */
	state?: string;
	dev?: string;
};

/**
 * Waits until all three views of a socket's row match the program's fact.
 *
 * @param expected fields that are not in the fact; without it an open connection over the loopback device
 */
export const agreedRow = (
	netwatch: Netwatch,
	fact: SocketFact,
	{state = 'ESTAB', dev = 'lo', ...expected}: Expected = {},
): Promise<Row> =>
	netwatch.until(() => {
		const row = rowOf(netwatch, fact);
		const peer = plain(fact.peer);
		expect(row).toMatchObject({
			stage: 'open',
			...expected,
			process: {
				bytesRead: fact.bytesRead,
				bytesWritten: fact.bytesWritten,
				readyState: fact.readyState,
				writableLength: fact.writableLength,
				writableHighWaterMark: fact.writableHighWaterMark,
				needDrain: fact.needDrain,
				readableLength: fact.readableLength,
				paused: fact.paused,
			},
			kernel: {state, inode: fact.inode},
			joinedBy: 'inode',
			route: {dev, dst: peer !== null && 'address' in peer ? peer.address : null, error: null},
		});
		return row;
	});

export const names = (steps: readonly Step[]): string[] => steps.map(({step}) => step);

/** A run that ended well, with so many rows, none of them open; the kernel may still have been seen to linger. */
export const expectAllClosed = (summary: RecordOf<'summary'>, rows: number): void => {
	const {closed = 0, lingering = 0} = summary.byStage;
	expect(closed + lingering).toBe(rows);
	expect(summary).toMatchObject({rows, byCode: {}, dropped: 0, exitCode: 0, signal: null});
};
