// What rules say of a process whose records were lost: its end of the story may be among them.
import {expect, test} from 'vitest';
import {createSession, internet, kernelSocket, mainThread, moment, processStart} from '../support.ts';

test.each<[dropped: number, expected: string[]]>([
	[0, ['connecting-without-socket']],
	[3, []],
])('after %i lost records an attempt that the kernel has no socket for', (dropped, expected) => {
	const session = createSession();
	session.apply(processStart());
	session.tell(0, 1, 'create', {kind: 'tcp', role: 'client'});
	session.tell(0, 1, 'attempt', {address: internet('10.0.0.9:443'), index: 1, of: 1});
	session.tell(0.1, 1, 'handle', {local: internet('10.0.0.5:50000'), inode: 1001});
	const at = moment(1);
	const load = {
		...{
			at,
			loopDelayP50: 1,
			loopDelayP99: 1,
			loopDelayMax: 1,
			cpu: null,
			cpuWait: null,
			rss: null,
			fds: null,
			fdLimit: null,
		},
		...{sockets: 1, sent: 10, dropped, sitesNotTaken: 0},
	};
	session.apply({type: 'load', ...mainThread, at, load});
	const others = kernelSocket('10.0.0.5:1', '10.0.0.9:2', {inode: 999, cookie: 'z'});
	for (const seconds of [2, 3, 4]) session.look(seconds, [others]);
	session.pass(5);
	const told = [...session.model.diagnoses.list.values()].map(({rule}) => rule);
	expect(told.filter(rule => rule === 'connecting-without-socket')).toEqual(expected);
});
