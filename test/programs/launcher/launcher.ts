/** Starts a command as netwatch does. Its argument is JSON: LauncherOptions and `report`, the file it reports to. */
import {mkdtempSync, renameSync, rmdirSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {exitCodeOf, launch} from '../../../source/launcher/launch.ts';
import {createSessionDir} from '../../../source/launcher/session-files/directory.ts';
import {createEscalation, handleSignals} from '../../../source/launcher/signals/forward.ts';

const {mode, argv, isStdinTerminal, graceMs, removeCwd, stay, report} = JSON.parse(process.argv[2] ?? '');
const [command, ...args] = argv;
if (removeCwd) {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-test-'));
	process.chdir(directory);
	rmdirSync(directory);
}
const session = createSessionDir();
const started = await launch({
	command,
	args,
	mode,
	env: process.env,
	hook: null,
	files: session,
	...(isStdinTerminal === undefined ? {} : {isStdinTerminal}),
});
if (!started.ok) {
	console.error(started.message);
	session.remove();
	process.exit(started.exitCode);
}
handleSignals({
	mode,
	command: started,
	escalate: createEscalation(started),
	exit(exitCode, hasEnded) {
		console.log(hasEnded ? 'after the command' : 'without the command');
		process.exit(exitCode);
	},
	...(graceMs === undefined ? {} : {graceMs}),
});
const {stdoutLog, stderrLog, stdinFifo} = session;
writeFileSync(`${report}.new`, JSON.stringify({pid: started.pid, stdoutLog, stderrLog, stdinFifo}));
renameSync(`${report}.new`, report);
const exit = await started.exited;
if (stay) setInterval(() => {}, 1000);
else process.exit(exitCodeOf(exit));
