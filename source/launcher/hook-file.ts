import {createHash, randomBytes} from 'node:crypto';
import {
	chmodSync,
	closeSync,
	constants,
	fchmodSync,
	fstatSync,
	lstatSync,
	mkdirSync,
	openSync,
	readFileSync,
	realpathSync,
	renameSync,
	type Stats,
	unlinkSync,
	writeFileSync,
} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {dirname, isAbsolute, join, resolve} from 'node:path';

export type InstalledHook = {
	path: string;
	/** What the person should know about where it lies; null where all is well. */
	notice: string | null;
};

/**
 * Copies the hook to a place that stays: whatever the command starts inherits its path in NODE_OPTIONS, and a Node
 * process that cannot read it does not start. So the copy lies outside of all projects (`npm ci` empties their
 * node_modules), is named by its content, can be read by other users, and is never removed. Its own directory is called
 * node_modules, too: what measures coverage leaves out what lies in one.
 *
 * @param source the hook as it was built
 * @param directories the directories to try, best first; see `hookPlaces`
 * @param fallbackDirectory the directory to use where none of them serves
 * @throws where the source cannot be read, or no place can be written
 */
export const installHook = (
	source: string,
	directories: readonly string[],
	fallbackDirectory: string,
): InstalledHook => {
	const content = readHook(source);
	const name = `hook-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.cjs`;
	const failures: string[] = [];
	for (const directory of directories) {
		try {
			const path = writeHookCopy(
				ensureSafeDirectory(join(ensureSafeDirectory(directory), 'node_modules')),
				name,
				content,
			);
			return {path, notice: failures.length === 0 ? null : fallbackNotice(path, failures)};
		} catch (error) {
			failures.push(`${directory}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	const path = writeHookCopy(fallbackDirectory, name, content);
	return {path, notice: fallbackNotice(path, failures)};
};

/**
 * Where the hook's copy belongs: a cache that no cleaner sweeps, root's or the user's own; then a directory of this
 * user in the temporary directory.
 */
export const hookDirectories = (
	env: NodeJS.ProcessEnv = process.env,
	uid = process.geteuid?.() ?? 0,
): string[] => {
	const cache = uid === 0 ? '/var/cache' : userCache(env);
	const temporary = join(resolve(env.TMPDIR || tmpdir()), `netwatch-hook-${uid}`);
	return cache === null ? [temporary] : [join(cache, 'netwatch'), temporary];
};

/** The XDG Base Directory Specification's cache; null for a user without a home. */
const userCache = ({XDG_CACHE_HOME: cache, HOME: home}: NodeJS.ProcessEnv): string | null => {
	if (cache && isAbsolute(cache)) return cache;
	try {
		return join(home || homedir(), '.cache');
	} catch {
		return null;
	}
};

const readHook = (source: string): Buffer => {
	try {
		return readFileSync(source);
	} catch (cause) {
		throw new Error(`the hook ${source} cannot be read. Build netwatch again: npm run build`, {cause});
	}
};

const fallbackNotice = (path: string, failures: readonly string[]): string =>
	`the hook is kept in ${path}, since it could not be kept in ${failures.join('; nor in ')}. ` +
	'Node programs that the command leaves running need it there.';

/** Makes the directory where it is missing, and makes sure that nobody else can change what lies in it. */
const ensureSafeDirectory = (requested: string): string => {
	mkdirSync(requested, {recursive: true, mode: 0o755});
	const path = realpathSync(requested);
	for (let directory = path; ; directory = dirname(directory)) {
		const stats = lstatSync(directory);
		if (!isTrustedOwner(stats)) throw new Error(`${directory} belongs to another user (uid ${stats.uid})`);
		// In a sticky directory, as /tmp is, others cannot touch what is ours.
		const isSticky = (stats.mode & 0o1000) !== 0;
		if (isWritableByOthers(stats) && !(isSticky && directory !== path))
			throw new Error(`${directory} can be written by other users`);
		if (directory === dirname(directory)) break;
	}
	if ((lstatSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
	return path;
};

const writeHookCopy = (directory: string, name: string, content: Buffer): string => {
	const path = join(directory, name);
	if (isIntact(path, content)) return path;
	// A rename leaves no moment at which the path is missing or half written.
	const temporaryPath = join(directory, `.${name}.${process.pid}.${randomBytes(6).toString('hex')}`);
	try {
		const fd = openSync(temporaryPath, 'wx', 0o644);
		try {
			writeFileSync(fd, content);
			// The umask may have taken the readers away.
			fchmodSync(fd, 0o644);
		} finally {
			closeSync(fd);
		}
		renameSync(temporaryPath, path);
	} catch (error) {
		try {
			unlinkSync(temporaryPath);
		} catch {
			// It was never made.
		}
		throw error;
	}
	if (!isIntact(path, content)) throw new Error(`${path} is not what was written there`);
	return path;
};

/** Whether the path is the hook already: a plain file with this content that all can read and only we can change. */
const isIntact = (path: string, content: Buffer): boolean => {
	try {
		const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const stats = fstatSync(fd);
			const isSafe = stats.isFile() && isTrustedOwner(stats) && !isWritableByOthers(stats);
			const isReadable = (stats.mode & 0o444) === 0o444;
			return isSafe && isReadable && readFileSync(fd).equals(content);
		} finally {
			closeSync(fd);
		}
	} catch {
		return false;
	}
};

const isTrustedOwner = ({uid}: Stats): boolean => uid === 0 || uid === process.geteuid?.();

/** A group of one may write: where each user has one (umask 002 goes with it), it bears the user's number. */
const isWritableByOthers = ({mode, gid}: Stats): boolean => {
	const isGroupOfOne = gid === 0 || (gid === process.getegid?.() && gid === process.geteuid?.());
	return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isGroupOfOne);
};
