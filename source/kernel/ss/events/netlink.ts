import {readFileSync} from 'node:fs';
import {readSocketInodes} from '../../../procfs/socket-inodes.ts';

/** NETLINK_SOCK_DIAG of linux/netlink.h: the protocol of ss's socket queries. */
const sockDiag = '4';
const descriptorsLimit = 64;

/** A netlink socket that is a member of multicast groups. */
export type GroupMember = {
	inode: number;
	/** Bytes that the process has not received yet. */
	queuedBytes: number;
};

/**
 * Reads the netlink sockets that receive destroy events, in a /proc/PID/net/netlink:
 *
 *     sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *     00000000cda8c7f1 4   17986      00000005 0        0        0     2        0        88278
 */
export const parseDiagMembers = (text: string): GroupMember[] =>
	text.split('\n').flatMap(line => {
		const [, protocol, , groups = '', rmem, , , , , inode] = line.trim().split(/\s+/);
		const member = {inode: Number(inode), queuedBytes: Number(rmem)};
		const isMember = protocol === sockDiag && Number.parseInt(groups, 16) > 0;
		return isMember && Number.isSafeInteger(member.inode) ? [member] : [];
	});

/**
 * @returns the socket on which a running `ss -E` listens; null where it does not listen
 * @throws where that is unknown
 */
const memberOf = async (pid: number): Promise<GroupMember | null> => {
	const members = parseDiagMembers(readFileSync(`/proc/${pid}/net/netlink`, 'latin1'));
	if (members.length === 0) return null;
	const held = await readSocketInodes(pid, descriptorsLimit);
	if (!held.ok) throw new Error(held.reason);
	return members.find(({inode}) => held.value.inodes.has(inode)) ?? null;
};

/** True if the kernel reports sockets destroyed from now on to this `ss -E`; null where that is unknown. */
export const isListening = async (pid: number): Promise<boolean | null> => {
	try {
		return (await memberOf(pid)) !== null;
	} catch {
		return null;
	}
};

/**
 * True if this `ss -E` has written all reports of the kernel: the queue is empty, and the process sleeps;
 * null where that is unknown.
 */
export const hasWrittenAll = async (pid: number): Promise<boolean | null> => {
	try {
		const member = await memberOf(pid);
		if (member === null) return null;
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The state follows the name, which may hold any character: `17986 (ss) S 17982 …`
		return member.queuedBytes === 0 && stat.startsWith(') S ', stat.lastIndexOf(')'));
	} catch {
		return null;
	}
};
