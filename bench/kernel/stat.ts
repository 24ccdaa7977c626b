import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

export const clockTicks = Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}));

/**
 * Time of a process and of those of its children that it has waited for: fields 14 to 17 of /proc/PID/stat (proc(5)).
 *
 * @returns null where it is gone
 */
export const statOf = (pid: number): {pid: number; ppid: number; ticks: number} | null => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
		return {pid, ppid: Number(fields[1]), ticks};
	} catch {
		return null;
	}
};
