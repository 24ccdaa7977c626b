// A cluster: the workers' listeners are shares of the primary's, and counted as one listener.
import {expect, test} from 'vitest';
import type {Address} from '../../../../source/domain/row.ts';
import {clusterListener} from '../../../../source/model/listeners/cluster-listeners.ts';
import {createEntry} from '../../../../source/model/table/entry.ts';

const listener = (pid: number, local: Address, inode: number | null) => {
	const entry = createEntry(`${pid}.0.1`, {proc: pid, pid, thread: 0}, 0);
	Object.assign(entry.row, {role: 'listener', local});
	entry.facts.listening = true;
	entry.inode = inode;
	return entry;
};

const at = (port: number): Address => ({address: '127.0.0.1', port, family: 4});
const primary = listener(10, at(80), 7);
const entries = [
	primary,
	listener(10, at(81), 8),
	listener(11, at(80), 9),
	listener(10, {path: '/run/a'}, 5),
];

test.for([
	{what: 'without a socket, at an address of its parent', share: listener(20, at(80), null), of: '10.0.1'},
	{what: 'at a path of its parent', share: listener(20, {path: '/run/a'}, null), of: '10.0.1'},
	{what: 'with a socket of its own', share: listener(20, at(80), 7), of: null},
	{what: 'at another address', share: listener(20, at(82), null), of: null},
])('a listener $what shares $of', ({share, of}) => {
	expect(clusterListener(entries, share, 10)).toBe(of);
});

test('a parent that no longer listens, or is unknown, shares nothing', () => {
	const share = listener(20, at(80), null);
	const closed = listener(10, at(80), 7);
	closed.facts.listening = false;
	expect(clusterListener([closed], share, 10)).toBeNull();
	expect(clusterListener(entries, share, null)).toBeNull();
});
