import {closeSync, fstatSync, openSync, readFileSync, readlinkSync, statSync} from 'node:fs';
import {err, ok, type Result} from '../shared/result.ts';
import {parseCapabilities} from './capabilities.ts';

/**
 * Reads the network namespace of a process, as the number in `/proc/PID/ns/net`.
 *
 * @param pid the process, or 'self'
 * @returns e.g. "4026531840"; a reason where the process is hidden or gone, or the system is not Linux
 */
export const readNamespace = (pid: number | 'self'): Result<string> => {
	try {
		const link = readlinkSync(`/proc/${pid}/ns/net`);
		const netns = /^net:\[(\d+)\]$/.exec(link)?.[1];
		return netns === undefined ? err(`/proc/${pid}/ns/net is no namespace`) : ok(netns);
	} catch (error) {
		return err(describeError(error, pid));
	}
};

/** A way into a network namespace. It stays open after the last process in the namespace has ended. */
export type NamespaceEntry = {
	/** Words in front of a command that run it in the namespace; none for netwatch's own. */
	prefix: readonly string[];
	release: () => void;
};

/**
 * Opens a namespace for child processes.
 *
 * Entering it needs CAP_SYS_ADMIN. A netwatch without that right has it over a user namespace of its own
 * user, as that of `unshare -rn` and of rootless containers: that one is entered first.
 *
 * @param netns its number: the pid may have been reused in another namespace
 * @param pid a process in it
 * @param canEnter true if netwatch has CAP_SYS_ADMIN
 * @returns the entry, or the reason for its absence: mostly that it needs root
 */
export const openNamespace = (
	netns: string,
	pid: number,
	canEnter = hasSysAdmin(),
): Result<NamespaceEntry> => {
	const ownNetns = readNamespace('self');
	if (ownNetns.ok && ownNetns.value === netns) return ok({prefix: [], release: () => {}});
	const descriptors: number[] = [];
	const release = once(() => {
		for (const descriptor of descriptors) closeSync(descriptor);
	});
	/**
	 * Opened by netwatch's own descriptor, not by pid: the process may end while its sockets and children live
	 * on.
	 */
	const openNamespaceFile = (kind: 'net' | 'user'): {path: string; inode: string} => {
		const descriptor = openSync(`/proc/${pid}/ns/${kind}`, 'r');
		descriptors.push(descriptor);
		return {path: `/proc/${process.pid}/fd/${descriptor}`, inode: String(fstatSync(descriptor).ino)};
	};
	try {
		const net = openNamespaceFile('net');
		if (net.inode !== netns) {
			release();
			return err(`process ${pid} is not in network namespace ${netns}`);
		}
		if (canEnter) return ok({prefix: ['nsenter', `--net=${net.path}`, '--'], release});
		const user = openNamespaceFile('user');
		if (user.inode === String(statSync('/proc/self/ns/user').ino)) {
			release();
			return err('only root can enter it');
		}
		const args = [`--user=${user.path}`, `--net=${net.path}`, '--preserve-credentials'];
		return ok({prefix: ['nsenter', ...args, '--'], release});
	} catch (error) {
		release();
		return err(describeError(error, pid));
	}
};

/** True if netwatch may enter the namespaces of other users' processes. */
const hasSysAdmin = (): boolean => {
	try {
		return parseCapabilities(readFileSync('/proc/self/status', 'latin1')).has('CAP_SYS_ADMIN');
	} catch {
		return false;
	}
};

const once = (action: () => void): (() => void) => {
	let done = false;
	return () => {
		if (!done) action();
		done = true;
	};
};

const describeError = (error: unknown, pid: number | 'self'): string => {
	const code = error instanceof Error && 'code' in error ? error.code : null;
	if (code === 'EACCES' || code === 'EPERM') return `process ${pid} is another user's`;
	if (code === 'ENOENT' || code === 'ESRCH') return `process ${pid} is gone`;
	return `the namespace of process ${pid} cannot be read: ${error instanceof Error ? error.message : error}`;
};
