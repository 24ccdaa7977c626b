import {capabilitiesOf} from '../procfs/capabilities.ts';
import {oneLine} from '../text/single-line.ts';
import {broken, type Check, fine, less} from './types.ts';

const installUtilLinux =
	'install util-linux (Debian: apt-get install util-linux, Alpine: apk add util-linux)';
const lost =
	'of programs in another network namespace (ip netns, containers), sockets are read from /proc/PID/net/tcp, and there are no routes';

/** Whether the namespaces of others can be entered. */
export const namespaceChecks: readonly Check[] = [
	{
		name: 'namespaces',
		probe: async host => {
			if (host.platform !== 'linux') return null;
			const own = await host.readNamespace('self');
			const path = await host.which('nsenter');
			if (path === null) return less(`own ${own ?? 'unknown'}; nsenter not found`, lost, installUtilLinux);
			const {exitCode, stderr} = await host.run(['nsenter', '--net=/proc/self/ns/net', '--', 'true']);
			if (exitCode === 0) return fine(`own ${own ?? 'unknown'}; others can be entered by ${path}`);
			if (capabilitiesOf((await host.readText('/proc/self/status')) ?? '').has('CAP_SYS_ADMIN')) {
				return less(`own ${own ?? 'unknown'}; ${path}: ${oneLine(stderr, 100)}`, lost);
			}
			return less(
				`own ${own ?? 'unknown'}; others only where their user namespace is yours (rootless containers)`,
				lost,
				'run netwatch as root',
			);
		},
	},
];

/** Whether one process's namespace can be watched: `netwatch doctor PID`. */
export const processCheck = (pid: number): Check => ({
	name: `process ${pid}`,
	probe: async host => {
		if (host.platform !== 'linux') return less('not asked on this platform', 'nothing is known of it');
		if ((await host.readText(`/proc/${pid}/stat`)) === null) {
			return broken('is not there, or hidden', 'nothing can be told of it');
		}
		const [own, its] = await Promise.all([host.readNamespace('self'), host.readNamespace(pid)]);
		if (its !== null && its === own) return fine('in this network namespace: all three views');
		const where = its === null ? 'in a network namespace that is not told' : `in network namespace ${its}`;
		const reason = await host.tryEnter(pid);
		if (reason === null) return fine(`${where}, which can be entered: all three views`);
		return (await host.readText(`/proc/${pid}/net/tcp`)) === null
			? less(`${where}: ${reason}`, 'it has no kernel view and no routes', 'run netwatch as root')
			: less(
					`${where}: ${reason}`,
					`sockets are read from /proc/${pid}/net/tcp, and there are no routes`,
					'run netwatch as root',
				);
	},
});
