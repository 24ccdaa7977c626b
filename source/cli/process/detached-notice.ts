import type {LaunchedSession} from '../../session/start.ts';

/** What to say of a command that goes on without netwatch: which it is, and where its output goes. */
export const detachedNotice = ({target, directory}: LaunchedSession): string =>
	`netwatch: the command goes on as pid ${target.pid}; its output grows in ${directory.stdoutLog} and ` +
	`${directory.stderrLog}, which stay for a day after the last of it\n`;
