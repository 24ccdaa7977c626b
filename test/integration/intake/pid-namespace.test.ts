// Processes that know themselves by another pid than netwatch does.
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {isRoot} from '../../helpers/process/is-root.ts';
import {listenerFact, startNetwatch} from '../../helpers/process/netwatch.ts';
import {node, target} from '../../helpers/process/paths.ts';

const namespaces = isRoot ? '--pid --fork' : '--user --map-root-user --pid --fork';
const served = z.object({pid: z.number(), listener: listenerFact});

/** "1" of `NSpid:	5192	1` */
const innerPidOf = (pid: number): number =>
	Number(/^NSpid:.*?(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test.for(['', '--mount-proc'])(
	'two programs, each pid 1 of its own pid namespace (%s), are two processes with their pids of outside',
	async (mount, context) => {
		const script = `
			unshare ${namespaces} ${mount} "$0" "$1" & unshare ${namespaces} ${mount} "$0" "$1" & wait`;
		const netwatch = startNetwatch(context, ['sh', '-c', script, node, target('echo-pair')]);
		const facts = await netwatch.until(() => {
			const found = netwatch.facts('ready', served);
			return found.length === 2 && found;
		});
		expect(facts.map(({pid}) => pid)).toEqual([1, 1]);
		for (const {listener} of facts) {
			const row = await netwatch.until(() =>
				[...netwatch.rows.values()].find(
					({local, joinedBy}) =>
						joinedBy === 'inode' && JSON.stringify(local) === JSON.stringify(listener.local),
				),
			);
			const pid = row.pid ?? 0;
			expect(innerPidOf(pid)).toBe(1);
			// What /proc has of it, which is of the right process only by that pid.
			const load = await netwatch.until(() =>
				netwatch.all('load').find(each => each.proc === row.proc && each.rss !== null),
			);
			expect(load).toMatchObject({pid, fds: expect.any(Number)});
			const starts = netwatch.all('process').filter(({proc}) => proc === row.proc);
			const ppid = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
			expect(starts).toMatchObject([{event: 'start', pid, ppid, program: 'echo-pair.cjs'}]);
		}

		const pids = netwatch.all('process').flatMap(({event, pid}) => (event === 'start' ? [pid] : []));
		expect(new Set(pids).size).toBe(2);
		for (const pid of pids) process.kill(pid, 'SIGKILL');
		await netwatch.summary();
		expect(netwatch.all('process').filter(({event}) => event === 'lost')).toHaveLength(2);
		// The shell that has started them is no Node program.
		const unhooked = netwatch.all('process').filter(({event}) => event === 'unhooked');
		expect(unhooked.filter(({program}) => program !== 'sh')).toEqual([]);
		expect(netwatch.troubles()).toEqual([]);
	},
);
