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
	/** A notice about the hook's directory; null where the best one was used. */
	notice: string | null;
};

/**
 * Copies the hook to a lasting place: every process below the command inherits its path in NODE_OPTIONS, and
 * a Node process that cannot read it does not start. So the copy lies outside of all projects (`npm ci`
 * empties their node_modules), is named by its content, is readable by other users, and is never removed. Its
 * own directory is called node_modules too, since coverage tools leave files in one out.
 *
 * @param source path of the built hook
 * @param directories the directories to try, best first; see `hookDirectories`
 * @param fallbackDirectory the directory used where all of them fail
 * @throws where the source cannot be read, or no directory can be written
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
 * The directories for the hook's copy: a cache that no cleaner sweeps, root's or the user's own; then a
 * directory of this user in the temporary directory.
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

/** Creates a missing directory, and checks that no other user can change its files. */
const ensureSafeDirectory = (requested: string): string => {
	mkdirSync(requested, {recursive: true, mode: 0o755});
	const path = realpathSync(requested);
	for (let directory = path; ; directory = dirname(directory)) {
		const stats = lstatSync(directory);
		if (!isTrustedOwner(stats)) throw new Error(`${directory} belongs to another user (uid ${stats.uid})`);
		// In a sticky directory such as /tmp, other users cannot rename or remove our files.
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
	// With a rename, the path is never missing or half written.
	const temporaryPath = join(directory, `.${name}.${process.pid}.${randomBytes(6).toString('hex')}`);
	try {
		const fd = openSync(temporaryPath, 'wx', 0o644);
		try {
			writeFileSync(fd, content);
			// The umask may have removed read access for others.
			fchmodSync(fd, 0o644);
		} finally {
			closeSync(fd);
		}
		renameSync(temporaryPath, path);
	} catch (error) {
		try {
			unlinkSync(temporaryPath);
		} catch {
			// The temporary file was never created.
		}
		throw error;
	}
	if (!isIntact(path, content)) throw new Error(`${path} is not what was written there`);
	return path;
};

/**
 * True if the path is a plain file with the hook's content that all users can read and only this user can
 * change.
 */
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

/**
 * Write access of a one-user group is safe: where each user has one (usual with umask 002), its id equals the
 * user's.
 */
const isWritableByOthers = ({mode, gid}: Stats): boolean => {
	const isGroupOfOne = gid === 0 || (gid === process.getegid?.() && gid === process.geteuid?.());
	return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isGroupOfOne);
};
