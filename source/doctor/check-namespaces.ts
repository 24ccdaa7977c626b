import {parseCapabilities} from '../procfs/capabilities.ts';
import {singleLine} from '../text/single-line.ts';
import {type Check, degraded, failed, passed} from './types.ts';

const installUtilLinux =
	'install util-linux (Debian: apt-get install util-linux, Alpine: apk add util-linux)';
const consequence =
	'of programs in another network namespace (ip netns, containers), sockets are read from /proc/PID/net/tcp, and there are no routes';

/** Checks that the namespaces of other processes can be entered. */
export const namespaceChecks: readonly Check[] = [
	{
		name: 'namespaces',
		probe: async host => {
			if (host.platform !== 'linux') return null;
			const ownNetns = await host.readNamespace('self');
			const path = await host.which('nsenter');
			if (path === null)
				return degraded(`own ${ownNetns ?? 'unknown'}; nsenter not found`, consequence, installUtilLinux);
			const {exitCode, stderr} = await host.run(['nsenter', '--net=/proc/self/ns/net', '--', 'true']);
			if (exitCode === 0) return passed(`own ${ownNetns ?? 'unknown'}; others can be entered by ${path}`);
			if (parseCapabilities((await host.readText('/proc/self/status')) ?? '').has('CAP_SYS_ADMIN')) {
				return degraded(`own ${ownNetns ?? 'unknown'}; ${path}: ${singleLine(stderr, 100)}`, consequence);
			}
			return degraded(
				`own ${ownNetns ?? 'unknown'}; others only where their user namespace is yours (rootless containers)`,
				consequence,
				'run netwatch as root',
			);
		},
	},
];

/** Checks that the namespace of one process can be watched: `netwatch doctor PID`. */
export const processCheck = (pid: number): Check => ({
	name: `process ${pid}`,
	probe: async host => {
		if (host.platform !== 'linux') return degraded('not asked on this platform', 'nothing is known of it');
		if ((await host.readText(`/proc/${pid}/stat`)) === null) {
			return failed('is not there, or hidden', 'nothing of it is visible');
		}
		const [ownNetns, processNetns] = await Promise.all([host.readNamespace('self'), host.readNamespace(pid)]);
		if (processNetns !== null && processNetns === ownNetns)
			return passed('in this network namespace: all three views');
		const location =
			processNetns === null
				? 'in a network namespace that is not visible'
				: `in network namespace ${processNetns}`;
		const reason = await host.tryEnter(pid);
		if (reason === null) return passed(`${location}, which can be entered: all three views`);
		return (await host.readText(`/proc/${pid}/net/tcp`)) === null
			? degraded(`${location}: ${reason}`, 'it has no kernel view and no routes', 'run netwatch as root')
			: degraded(
					`${location}: ${reason}`,
					`sockets are read from /proc/${pid}/net/tcp, and there are no routes`,
					'run netwatch as root',
				);
	},
});
