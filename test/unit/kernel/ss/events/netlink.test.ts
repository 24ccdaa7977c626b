import {expect, test} from 'vitest';
import {isListening, parseDiagMembers} from '../../../../../source/kernel/ss/events/netlink.ts';

test('only sockets of sock_diag in a multicast group are returned, with their queued bytes', () => {
	const text = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
0000000000000000 0   812        00000551 0        0        0     2        0        15019
00000000645aaae7 4   0          00000000 0        0        0     2        0        1519
00000000cda8c7f1 4   17986      00000005 4608     0        0     2        0        88278
0000000000000000 15  1          00000002 0        0        0     2        0        1422
`;
	expect(parseDiagMembers(text)).toEqual([{inode: 88_278, queuedBytes: 4608}]);
});

test.each(['', 'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n', '4 4 4 4\n'])(
	'a table without such a socket returns none: %j',
	text => {
		expect(parseDiagMembers(text)).toEqual([]);
	},
);

test('a process without such a socket does not listen, and a missing process is unknown', async () => {
	expect(await isListening(process.pid)).toBe(false);
	expect(await isListening(2 ** 22 + 1)).toBeNull();
});
