/** What keeps a Node process that was handed the hook from reaching netwatch's FIFO. */
import {stat} from 'node:fs/promises';
import {readProcFile} from './proc-file.ts';

const maxEnvironmentBytes = 262_144;
const maxCommandLineBytes = 16_384;

/**
 * @param pid a process that runs Node
 * @param fifo path of the FIFO as netwatch knows it
 * @returns the words after "it cannot reach netwatch: "; null where nothing is seen that keeps it
 */
export const findHookBarrier = async (pid: number, fifo: string): Promise<string | null> => {
	const [own, theirs, status, environment, commandLine] = await Promise.all([
		stat(fifo).catch(() => null),
		stat(`/proc/${pid}/root${fifo}`).catch(codeOf),
		readProcFile(`/proc/${pid}/status`, 16_384),
		readProcFile(`/proc/${pid}/environ`, maxEnvironmentBytes),
		readProcFile(`/proc/${pid}/cmdline`, maxCommandLineBytes),
	]);
	// Uid:	1000	1000	1000	1000: real, effective, saved, of the file system
	const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status?.text ?? '')?.[1];
	if (own !== null && uid !== undefined && Number(uid) !== own.uid)
		return `it runs as another user (uid ${uid})`;
	const variables = (environment?.text ?? '').split('\0');
	if (environment?.cut === false && !variables.some(each => each.startsWith('NETWATCH_FIFO=')))
		return 'NETWATCH_FIFO was removed from its environment';
	const isHidden = typeof theirs === 'string' ? theirs === 'ENOENT' : own !== null && theirs.ino !== own.ino;
	if (own !== null && isHidden) return 'it sees other files (a container, chroot)';
	const options = [commandLine?.text ?? '', variables.find(each => each.startsWith('NODE_OPTIONS=')) ?? ''];
	const flag = options.map(words => /--(?:experimental-)?permission\b/.exec(words)?.[0]).find(Boolean);
	const mayWrite = options.some(words => words.includes('--allow-fs-write'));
	return flag === undefined || mayWrite ? null : `${flag} lets it write no file`;
};

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
