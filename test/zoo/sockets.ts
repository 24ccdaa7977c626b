/** Holds the open rows of a watched process against the sockets that `ss` shows of it. */
import {execFileSync} from 'node:child_process';
import type {Netwatch, Row} from '../helpers/process/netwatch.ts';
import {rowsNow} from '../helpers/records/ss-agreement.ts';
import {cellsOf} from '../helpers/records/ss-cells.ts';

type SsSocket = {
	inode: number;
	/** As `ss-cells.ts` writes addresses; null is not compared. */
	local: string | null;
	peer: string | null;
	line: string;
};

export type Comparison = {
	/** Sockets of the process, but for its standard streams. */
	sockets: number;
	/** What differs, as texts. */
	differences: string[];
};

/** The last standard stream: netwatch leaves these three out, whatever they are. */
const lastStandardStream = 2;

/** Rows in other stages have no descriptor in the process: it is not open yet, or is closed. */
const stagesWithSocket = new Set<Row['stage']>([
	...(['connect', 'tls', 'accepted', 'open', 'draining', 'paused', 'peer-ended', 'ended'] as const),
	'listening',
]);

export function compareWithSs(netwatch: Pick<Netwatch, 'records' | 'rows'>, pid: number): Comparison {
	const sockets = socketsOf(pid);
	const rows = rowsNow(netwatch).filter(row => row.pid === pid);
	const differences = sockets.flatMap(socket => differencesOf(socket, rows));
	const inodes = new Set(sockets.map(({inode}) => inode));
	for (const row of rows) {
		if (stagesWithSocket.has(row.stage) && !inodes.has(row.kernel?.inode ?? -1)) {
			differences.push(`${nameOf(row)}: ss shows no such socket (inode ${row.kernel?.inode ?? 'unknown'})`);
		}
	}

	return {sockets: sockets.length, differences};
}

function differencesOf({inode, local, peer, line}: SsSocket, rows: readonly Row[]): string[] {
	const mine = rows.filter(({kernel}) => kernel?.inode === inode);
	const [row] = mine;
	if (row === undefined) return [`no row for: ${line}`];
	if (mine.length > 1) return [`${mine.length} rows (${mine.map(nameOf).join('; ')}) for: ${line}`];
	const wrong: string[] = [];
	if (!stagesWithSocket.has(row.stage)) wrong.push(`${nameOf(row)}: open for ss: ${line}`);
	for (const [end, has, is] of [
		['local', textOf(row.local), local],
		['peer', textOf(row.peer), peer],
	] as const) {
		if (is !== null && has !== is) wrong.push(`${nameOf(row)}: ${end} is ${has}, for ss ${is}`);
	}

	return wrong;
}

const nameOf = ({id, kind, stage, local, peer}: Row): string =>
	`row ${id} (${kind}, ${stage}, ${textOf(local)} to ${textOf(peer)})`;

const textOf = (address: Row['local']): string | null => {
	if (address === null) return null;
	return 'path' in address ? address.path : `${address.address} ${address.port}`;
};

function socketsOf(pid: number): SsSocket[] {
	const isOurs = (line: string): boolean =>
		[...line.matchAll(/pid=(\d+),fd=(\d+)/g)].some(
			([, owner, fd]) => Number(owner) === pid && Number(fd) > lastStandardStream,
		);
	const internet = [...ss('-t', '-e'), ...ss('-u', '-e')].filter(isOurs).map(line => {
		const {inode, local, peer} = cellsOf(line);
		return {inode: Number(inode), local: `${local}`, peer: peer === null ? null : `${peer}`, line};
	});
	const unixLines = ss('-x');
	// A client has no path of its own: its server's stands in the line of the peer's inode.
	// u_str ESTAB 0 0 * 4711 * 4712 users:(("node",pid=1,fd=20))
	const columns = (line: string) => line.split(/ +/);
	const paths = new Map(unixLines.map(line => [columns(line)[5], columns(line)[4]]));
	const unix = unixLines.filter(isOurs).map(line => {
		const peer = paths.get(columns(line)[7]);
		return {inode: Number(columns(line)[5]), local: null, peer: peer?.startsWith('/') ? peer : null, line};
	});
	return [...internet, ...unix];
}

const ss = (...args: string[]): string[] =>
	execFileSync('ss', ['-H', '-O', '-n', '-a', '-p', ...args], {encoding: 'utf8', maxBuffer: 64 * 1024 * 1024})
		.split('\n')
		.filter(line => line !== '');
