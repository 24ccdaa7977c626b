import type {LaunchedSession} from '../../session/launched/start.ts';

/** The message about a command that outlives netwatch: its name, pid and output. */
export const detachedNotice = ({target, directory}: LaunchedSession): string =>
	`netwatch: the command goes on as pid ${target.pid}; its output grows in ${directory.stdoutLog} and ` +
	`${directory.stderrLog}, which stay for a day after the last of it\n`;
