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

/** A session that is just being made has no reader at its FIFO yet. */
const minAgeMs = 60_000;
/** How long output that nobody has seen to its end is kept after the last of it was written. */
const outputRetentionMs = 24 * 3600_000;

/**
 * Removes what sessions have left behind whose netwatch was killed: directories of this user that hold a session's
 * files and nothing else, that netwatch does not read any more and no program has open. A command that outlived its
 * netwatch keeps them, and its output stays for a day; so does a copy of the hook, which others may have in their
 * NODE_OPTIONS.
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

/** Netwatch reads the FIFO of the hooks for as long as it lives, and the command the one of its input. */
const hasReader = (fifo: string): boolean => {
	if (!lstatSync(fifo).isFIFO()) return true;
	try {
		closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
		return true;
	} catch (error) {
		return !(error instanceof Error && 'code' in error && error.code === 'ENXIO');
	}
};

/** What all processes have open, as far as this user may see it. */
const openFiles = (): Set<string> => {
	const paths = new Set<string>();
	for (const pid of listNames('/proc')) {
		if (!/^\d+$/.test(pid)) continue;
		for (const descriptor of listNames(`/proc/${pid}/fd`)) {
			try {
				paths.add(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
			} catch {
				// It was closed meanwhile.
			}
		}
	}

	return paths;
};

const listNames = (directory: string): string[] => {
	try {
		return readdirSync(directory);
	} catch {
		// The process has ended, or is another user's.
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
			// Not each session has each file, and another netwatch may be sweeping, too.
		}
	}
};
