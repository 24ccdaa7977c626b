import {
	closeSync,
	constants,
	lstatSync,
	openSync,
	readdirSync,
	readlinkSync,
	rmdirSync,
	unlinkSync,
} from 'node:fs';
import {join} from 'node:path';
import {sessionFileNames, sessionParents} from './directory.ts';

/** A session that is being created has no reader at its FIFO yet. */
const minAgeMs = 60_000;
/** Time in ms for which unread output is kept after the last write to it. */
const outputRetentionMs = 24 * 3600_000;

/**
 * Removes the leftovers of sessions whose netwatch was killed: directories of this user that hold a session's
 * files and nothing else, that no netwatch reads, and that no program has open. A command that outlived its
 * netwatch keeps its files, and its output stays for a day; so does a copy of the hook, which other processes
 * may have in their NODE_OPTIONS.
 *
 * @param now ms since the epoch
 */
export const sweepSessions = (env: NodeJS.ProcessEnv = process.env, now = Date.now()): void => {
	const stale = sessionParents(env).flatMap(parent => findStale(parent, now));
	if (stale.length === 0) return;
	const open = openFiles();
	for (const directory of stale) {
		const paths = sessionFileNames.map(name => join(directory, name));
		if (paths.some(path => open.has(path) || isFreshOutput(path, now))) continue;
		removeSession(directory, paths);
	}
};

const findStale = (parent: string, now: number): string[] => {
	try {
		return readdirSync(parent)
			.filter(name => /^netwatch-[A-Za-z0-9]{6}$/.test(name))
			.map(name => join(parent, name))
			.filter(directory => isStale(directory, now));
	} catch {
		return [];
	}
};

const isStale = (directory: string, now: number): boolean => {
	try {
		const stats = lstatSync(directory);
		if (!stats.isDirectory() || (stats.mode & 0o777) !== 0o700 || stats.uid !== process.geteuid?.())
			return false;
		if (now - stats.mtimeMs < minAgeMs) return false;
		const names = readdirSync(directory);
		const fifos = names.filter(name => name.endsWith('.fifo')).map(name => join(directory, name));
		return names.every(name => sessionFileNames.includes(name)) && !fifos.some(hasReader);
	} catch {
		return false;
	}
};

/** A living netwatch reads the hooks' FIFO, and a living command reads its input FIFO. */
const hasReader = (fifo: string): boolean => {
	if (!lstatSync(fifo).isFIFO()) return true;
	try {
		closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
		return true;
	} catch (error) {
		return !(error instanceof Error && 'code' in error && error.code === 'ENXIO');
	}
};

/** The open files of all processes, as far as this user may read them. */
const openFiles = (): Set<string> => {
	const paths = new Set<string>();
	for (const pid of listNames('/proc')) {
		if (!/^\d+$/.test(pid)) continue;
		for (const descriptor of listNames(`/proc/${pid}/fd`)) {
			try {
				paths.add(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
			} catch {
				// The descriptor was closed meanwhile.
			}
		}
	}

	return paths;
};

const listNames = (directory: string): string[] => {
	try {
		return readdirSync(directory);
	} catch {
		// The process has ended, or belongs to another user.
		return [];
	}
};

const isFreshOutput = (path: string, now: number): boolean => {
	try {
		const {size, mtimeMs} = lstatSync(path);
		return size > 0 && now - mtimeMs < outputRetentionMs;
	} catch {
		return false;
	}
};

const removeSession = (directory: string, paths: readonly string[]): void => {
	for (const step of [...paths.map(path => () => unlinkSync(path)), () => rmdirSync(directory)]) {
		try {
			step();
		} catch {
			// Not each session has each file, and another netwatch may sweep at the same time.
		}
	}
};
