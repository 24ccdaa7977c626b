import {execFileSync} from 'node:child_process';
import {targetNode} from './paths.ts';

/** The version of the Node that runs the programs to watch, as major, minor and patch. */
export const targetVersion: readonly number[] = execFileSync(targetNode, ['-p', 'process.versions.node'], {
	encoding: 'utf8',
})
	.split('.')
	.map(Number);
export const [targetMajor = 0] = targetVersion;
