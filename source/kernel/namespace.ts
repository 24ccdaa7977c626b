import {closeSync, fstatSync, openSync, readlinkSync} from 'node:fs';
import {type Parsed, parsed, refused} from './parsed.ts';

/**
 * The network namespace of a process, as the number in `/proc/PID/ns/net`.
 *
 * @param pid The process, or 'self'.
 * @returns e.g. "4026531840"; a reason where it is not ours to see, gone, or not Linux.
 */
export const namespaceOf = (pid: number | 'self'): Parsed<string> => {
	try {
		const link = readlinkSync(`/proc/${pid}/ns/net`);
		const netns = /^net:\[(\d+)\]$/.exec(link)?.[1];
		return netns === undefined ? refused(`/proc/${pid}/ns/net is no namespace`) : parsed(netns);
	} catch (error) {
		return refused(reasonOf(error, pid));
	}
};

/** A way into a network namespace. It stays open when the processes in it are gone. */
export type NamespaceEntry = {
	/** Words before a command that run it there; none for netwatch's own namespace. */
	prefix: readonly string[];
	release: () => void;
};

/**
 * Opens a namespace for helpers.
 *
 * @param netns Its number: a pid may have come back as another process in another namespace.
 * @param pid A process in it.
 * @returns The entry, or why not: mostly that it needs root.
 */
export const openNamespace = (netns: string, pid: number): Parsed<NamespaceEntry> => {
	const own = namespaceOf('self');
	if (own.ok && own.value === netns) return parsed({prefix: [], release: () => {}});
	let descriptor: number;
	try {
		descriptor = openSync(`/proc/${pid}/ns/net`, 'r');
	} catch (error) {
		return refused(reasonOf(error, pid));
	}
	if (String(fstatSync(descriptor).ino) !== netns) {
		closeSync(descriptor);
		return refused(`process ${pid} is not in network namespace ${netns}`);
	}
	return parsed({
		// By our own descriptor, not by pid: that process may end while its sockets and its children do not.
		prefix: ['nsenter', `--net=/proc/${process.pid}/fd/${descriptor}`, '--'],
		release: once(() => closeSync(descriptor)),
	});
};

const once = (action: () => void): (() => void) => {
	let done = false;
	return () => {
		if (!done) action();
		done = true;
	};
};

const reasonOf = (error: unknown, pid: number | 'self'): string => {
	const code = error instanceof Error && 'code' in error ? error.code : null;
	if (code === 'EACCES' || code === 'EPERM')
		return `no right to see the namespace of process ${pid}: run netwatch as root`;
	if (code === 'ENOENT' || code === 'ESRCH') return `process ${pid} is gone`;
	return `the namespace of process ${pid} cannot be read: ${error instanceof Error ? error.message : error}`;
};
