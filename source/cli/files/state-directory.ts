import {lstatSync, mkdirSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';

/**
 * The directory of files that outlive netwatch: `$XDG_STATE_HOME/netwatch`, else `~/.local/state/netwatch`
 * (XDG Base Directory Specification). Created where missing, for this user alone.
 *
 * @returns its path; null when this user owns no such directory, or it cannot be created
 */
export const stateDirectory = (env: NodeJS.ProcessEnv = process.env): string | null => {
	const {XDG_STATE_HOME: state = ''} = env;
	// The specification: relative paths are ignored.
	const home = isAbsolute(state) ? state : join(env.HOME || homedir(), '.local', 'state');
	const path = join(home, 'netwatch');
	try {
		if (!isOwnedByUser(path)) return null;
		mkdirSync(path, {recursive: true, mode: 0o700});
		// No symbolic link: the files in it are private.
		const {uid, mode} = lstatSync(path);
		return uid === process.geteuid?.() && (mode & 0o170777) === 0o040700 ? path : null;
	} catch {
		return null;
	}
};

/** Under sudo, HOME may be another user's: root-owned files do not belong there. */
const isOwnedByUser = (path: string): boolean => {
	const owner = ownerOfNearest(path);
	return owner === 0 || owner === process.geteuid?.();
};

const ownerOfNearest = (path: string): number => {
	const stats = statSync(path, {throwIfNoEntry: false});
	return stats?.uid ?? ownerOfNearest(dirname(path));
};
