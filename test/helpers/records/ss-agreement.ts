/** Holds the kernel's cells of netwatch's rows against what `ss` prints of the same sockets. */
import type {Netwatch, Row} from '../process/netwatch.ts';
import {type Cells, cellsOf, timerMs} from './ss-cells.ts';

/** One socket as `ss` printed it before and after a snapshot of netwatch's own. */
export type Printed = {before: string; after: string; at: number};

/** Names of lines in two prints; a socket that is in one of them only has changed. */
export const socketsIn = (before: string, after: string, at: number): Printed[] => {
	const later = new Map(linesOf(after).map(line => [cookieOf(line), line]));
	return linesOf(before).flatMap(line => {
		const same = later.get(cookieOf(line));
		return same === undefined ? [] : [{before: line, after: same, at}];
	});
};

export const linesOf = (printed: string): string[] => printed.split('\n').filter(line => line.trim() !== '');
const cookieOf = (line: string): string => / sk:(\w+)/.exec(line)?.[1] ?? line;

/** The tolerance of a timer: ss prints seconds, and the machine may be busy. */
const timerSlackMs = 4000;

/**
 * The differences between the rows of one socket and the print of `ss`, as texts. A cell that changed from one print
 * to the other is not compared.
 */
export const disagreements = (rows: readonly Row[], {before, after, at}: Printed): string[] => {
	const was = cellsOf(before);
	const is = cellsOf(after);
	const name = `${is.state} ${is.local} ${is.peer}`;
	const [row] = rows;
	if (row === undefined || rows.length > 1) return [`${name}: ${rows.length} rows for ${after}`];
	const has = cellsOfRow(row);
	// Where ss prints no more TCP info, the row keeps the last one, with its age.
	const isKept = (cell: string): boolean => is.cwnd === null && is.state !== 'LISTEN' && infoCells.has(cell);
	// Left out where nothing was sent and where the kernel does not count it.
	const isUnclear = (cell: string): boolean => cell === 'bytesSent' && is[cell] === null && !has[cell];
	const wrong = Object.keys(is)
		.filter(cell => !isKept(cell) && !isUnclear(cell))
		.filter(cell => was[cell] === is[cell] && has[cell] !== is[cell])
		.map(cell => `${name}: ${cell} is ${has[cell]} and ss says ${is[cell]} (row ${row.id})`);
	const printedMs = timerMs(after, true);
	const ms = row.kernel?.timer?.ms ?? null;
	if (ms === null || printedMs === null || !isCountdown(is) || was.timerCount !== is.timerCount) return wrong;
	const expected = printedMs + at - (row.kernel?.seenAt ?? 0);
	if (Math.abs(ms - expected) <= timerSlackMs) return wrong;
	return [...wrong, `${name}: the timer is at ${ms} ms and ss says ${printedMs} ms later on`];
};

const infoCells: ReadonlySet<string> = new Set([
	...['drops', 'rtoMs', 'rttMs', 'minRttMs', 'backoff', 'cwnd', 'mss', 'pmtu', 'unacked', 'lost'],
	...['retransNow', 'retransTotal', 'bytesRetrans', 'bytesSent', 'bytesAcked', 'bytesReceived'],
	...['peerWindow', 'deliveryBps', 'busyMs', 'rwndLimitedMs', 'sndbufLimitedMs'],
]);

/** Others are set anew while they run. */
const isCountdown = ({timer}: Cells): boolean => timer === 'timewait' || timer === 'on';

const cellsOfRow = ({kernel}: Row): Cells => {
	if (kernel === null) return {};
	const {local, peer, timer, ...plain} = kernel;
	return {
		...plain,
		local: addressText(local),
		peer: addressText(peer),
		timer: timer?.name ?? null,
		timerCount: timer?.count ?? null,
	};
};

const addressText = (address: Row['local']): string | null => {
	if (address === null) return null;
	return 'path' in address ? address.path : `${address.address} ${address.port}`;
};

/** Rows that show this socket as the kernel's. */
export const rowsOf = (netwatch: Netwatch, line: string): Row[] => {
	const cookie = cookieOf(line);
	return rowsNow(netwatch).filter(({kernel}) => kernel?.cookie === cookie);
};

/** Rows that have not left the table. */
export const rowsNow = ({records, rows}: Pick<Netwatch, 'records' | 'rows'>): Row[] => {
	const gone = new Set<string>();
	for (const record of records) {
		if (record.type === 'gone') gone.add(record.id);
		if (record.type === 'row') gone.delete(record.id);
	}

	return [...rows.values()].filter(({id}) => !gone.has(id));
};
