import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {
	listenerFact,
	type Row,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../../helpers/process/netwatch.ts';
import {node, root, target} from '../../../helpers/process/paths.ts';
import {rowsNow} from '../../../helpers/records/ss-agreement.ts';

const fact = z.object({
	listener: listenerFact,
	client: socketFact,
	server: socketFact,
});

const portOf = (address: SocketFact['local']): number | null =>
	address !== null && 'port' in address ? address.port : null;

const byInode = <T extends {inode?: number | null | undefined}>(views: T[]): T[] =>
	views.toSorted((one, other) => Number(one.inode) - Number(other.inode));

/** IPPROTO_MPTCP of linux/in.h. */
const opensMptcp = 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)';
const isAvailable = spawnSync('python3', ['-c', opensMptcp], {stdio: 'ignore'}).status === 0;

test.skipIf(!isAvailable).for([{args: []}, {args: ['--all']}])(
	'an MPTCP listener and both ends of its connection are one row each, by inode, with their own states (needs python3, and a kernel with MPTCP): netwatch %j',
	async ({args}, context) => {
		const handOver = join(root, 'test/programs/mptcp/hand-over.py');
		const netwatch = startNetwatch(context, ['python3', handOver, node, target('mptcp/echo')], {args});
		const {listener, client, server} = await netwatch.fact('ready', fact);
		const ports = [listener, client].map(({local}) => portOf(local));
		const own = (): Row[] => rowsNow(netwatch).filter(({local}) => ports.includes(portOf(local)));
		// A look before the hook's first report has the kernel's rows alone, which the program's own replace.
		await netwatch.until(() => own().filter(({joinedBy}) => joinedBy === 'inode').length >= 3);
		const seen = netwatch.all('kernel').length;
		// Two looks more: no second row comes.
		await netwatch.until(() => netwatch.all('kernel').length >= seen + 2);
		const expected = [
			{listens: true, state: 'LISTEN', inode: listener.inode, joinedBy: 'inode'},
			{listens: false, state: 'ESTAB', inode: client.inode, joinedBy: 'inode'},
			{listens: false, state: 'ESTAB', inode: server.inode, joinedBy: 'inode'},
		];
		const views = own().map(({role, kernel, joinedBy}) => ({
			...{listens: role === 'listener', state: kernel?.state, inode: kernel?.inode, joinedBy},
		}));
		// Inodes are numbered in blocks for each CPU: their order is not that of creation.
		expect(byInode(views)).toEqual(byInode(expected));
	},
);
