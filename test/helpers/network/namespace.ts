import {spawn} from 'node:child_process';
import {startReady, type TestProcess} from '../process/ready-process.ts';

/**
 * A network namespace of its own, as long as the returned process lives: with `lo` up, and a pair of virtual devices
 * `nwa0` (10.203.0.1/24, fd03::1/64) and `nwa1`, and what `setUp` adds.
 */
export const startNamespace = (setUp = ''): Promise<TestProcess> =>
	startReady('unshare', [
		'-n',
		'/bin/sh',
		'-ec',
		`PATH=$PATH:/usr/sbin:/sbin
		ip link set lo up
		ip link add nwa0 type veth peer name nwa1
		ip addr add 10.203.0.1/24 dev nwa0
		ip addr add fd03::1/64 dev nwa0 nodad
		ip link set nwa0 up
		ip link set nwa1 up
		${setUp}
		echo ready
		read _`,
	]);

/** Runs one command line in a namespace that startNamespace made. */
export const inNamespace = (pid: number, script: string): Promise<void> =>
	new Promise((resolve, reject) => {
		const child = spawn(
			'nsenter',
			['-t', String(pid), '-n', '/bin/sh', '-ec', `PATH=$PATH:/usr/sbin:/sbin; ${script}`],
			{
				stdio: ['ignore', 'ignore', 'inherit'],
			},
		);
		child.once('error', reject);
		child.once('close', code => (code === 0 ? resolve() : reject(new Error(`${script}: exit code ${code}`))));
	});
