/** The three ways to find a row's socket in a look at the kernel's table, from sure to likely. */
import type {Entry} from './entry.ts';
import {lingeringStates} from './stage.ts';
import {isListeningOn, tupleKey} from './tuple.ts';
import type {KernelSocket} from './types.ts';

type Find = (entry: Entry) => KernelSocket | undefined;

export const finders: Readonly<
	Record<'inode' | 'cookie' | 'tuple', (sockets: readonly KernelSocket[]) => Find>
> = {inode: findByInode, cookie: findByCookie, tuple: findByTuple};

function findByInode(sockets: readonly KernelSocket[]): Find {
	const byInode = new Map<number, KernelSocket>();
	for (const socket of sockets) if (socket.inode !== null) byInode.set(socket.inode, socket);
	// A closed socket's inode that is still there is in somebody else's hands, and a row of the kernel alone gives way
	// to one of a process.
	return ({inode, facts}) =>
		inode === null || facts.closed || facts.kernelOnly ? undefined : byInode.get(inode);
}

function findByCookie(sockets: readonly KernelSocket[]): Find {
	const byCookie = new Map<string, KernelSocket>();
	for (const socket of sockets) if (socket.cookie !== null) byCookie.set(socket.cookie, socket);
	return ({row}) => (row.kernel?.cookie ? byCookie.get(row.kernel.cookie) : undefined);
}

function findByTuple(sockets: readonly KernelSocket[]): Find {
	const byTuple = new Map<string, KernelSocket>();
	const listening: KernelSocket[] = [];
	for (const socket of sockets) {
		if (socket.state === 'LISTEN') listening.push(socket);
		const key = tupleKey(socket.local, socket.peer);
		if (key !== null) byTuple.set(key, socket);
	}

	return entry => {
		const {row} = entry;
		if (row.role === 'listener') {
			if (entry.inode !== null || entry.facts.closed) return undefined;
			return listening.find(socket => isListeningOn(socket.local, row.local));
		}

		const key = tupleKey(row.local, row.peer);
		const socket = key === null ? undefined : byTuple.get(key);
		return socket === undefined || isAnothers(entry, socket) ? undefined : socket;
	};
}

/** Whether a socket with the row's tuple is another one by now, of whoever: the tuple was used again. */
function isAnothers({row, inode, facts}: Entry, socket: KernelSocket): boolean {
	const cookie = row.kernel?.cookie ?? null;
	if (cookie !== null && socket.cookie !== null && cookie !== socket.cookie) return true;
	if (facts.closed) return socket.inode !== null || !lingeringStates.has(socket.state);
	// As long as the process has it, its inode tells; a platform without ss tells neither inode nor cookie.
	return inode !== null && (socket.inode !== null || socket.cookie !== null);
}
