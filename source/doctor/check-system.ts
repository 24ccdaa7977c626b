import {parseCapabilities, usedCapabilities} from '../procfs/capabilities.ts';
import {type Check, degraded, failed, passed} from './types.ts';

const minNodeMajor = 20;
/** A busy server runs out of fewer descriptors. */
const minDescriptors = 1024;
/** The screen is not drawn in a smaller terminal. */
const minColumns = 40;
const minRows = 8;

/** Checks the ground of netwatch: the platform, its own Node, /proc, rights, limits, the terminal. */
export const systemChecks: readonly Check[] = [
	{
		name: 'platform',
		probe: async ({platform, release, arch}) => {
			const found = `${platform === 'linux' ? 'Linux' : platform} ${release} ${arch}`;
			if (platform === 'linux') return passed(found);
			if (platform === 'win32')
				return failed(found, 'netwatch does not run here: there is no FIFO', 'use WSL 2');
			return degraded(
				found,
				'the kernel view has addresses and states only, and there are no routes: both need ss and ip of Linux',
			);
		},
	},
	{
		name: 'Node',
		probe: async ({nodeVersion}) => {
			const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1]);
			return major >= minNodeMajor
				? passed(nodeVersion)
				: failed(
						nodeVersion,
						`netwatch needs Node ${minNodeMajor} or newer`,
						'https://nodejs.org/en/download',
					);
		},
	},
	{
		name: '/proc',
		probe: async ({platform, readText, uid}) => {
			if (platform !== 'linux') return null;
			const [stat, mounts, tcp] = await Promise.all([
				readText('/proc/self/stat'),
				readText('/proc/self/mounts'),
				readText('/proc/self/net/tcp'),
			]);
			if (stat === null) {
				return failed(
					'not mounted',
					'processes, namespaces and counters are read from it',
					'mount -t proc proc /proc',
				);
			}
			const hidden = parseHidepid(mounts ?? '');
			if (hidden !== null && uid !== 0) {
				return degraded(
					`mounted with hidepid=${hidden}`,
					'of other users nothing is seen: neither the holder of a socket nor their namespaces',
					'run netwatch as root, or add the user to the group that the mount option gid= names',
				);
			}
			if (tcp === null) {
				return degraded(
					'mounted; /proc/self/net/tcp cannot be read',
					'where ss is missing, nothing can stand in for it',
				);
			}
			return passed('mounted');
		},
	},
	{
		name: 'rights',
		probe: async ({platform, uid, readText}) => {
			const account = uid === 0 ? 'root' : `user ${uid}`;
			if (platform !== 'linux') return passed(account);
			const has = parseCapabilities((await readText('/proc/self/status')) ?? '');
			const lacking = usedCapabilities.filter(({name}) => !has.has(name));
			if (lacking.every(({allows}) => allows === null))
				return passed(`${account}, with all that netwatch can use`);
			return degraded(
				`${account}, without ${lacking.map(({name}) => name).join(', ')}`,
				`not possible: ${lacking.flatMap(({allows}) => allows ?? []).join('; ')}. All else is`,
				uid === 0
					? 'give the container these capabilities (docker run --cap-add)'
					: 'run netwatch as root for these',
			);
		},
	},
	{
		name: 'descriptors',
		probe: async ({platform, readText}) => {
			if (platform !== 'linux') return null;
			const [, soft, hard] =
				/^Max open files +(\d+|unlimited) +(\d+|unlimited)/m.exec(
					(await readText('/proc/self/limits')) ?? '',
				) ?? [];
			if (soft === undefined || hard === undefined)
				return degraded('the limit cannot be read', 'nothing, as a rule');
			// Node raises the soft limit to the hard one when it starts.
			const found = `ulimit -n ${soft}, at most ${hard}`;
			return Number(hard) <= minDescriptors
				? degraded(
						found,
						`a program has at most so many sockets and files (EMFILE)`,
						'ulimit -Hn 65536 as root',
					)
				: passed(found);
		},
	},
	{
		name: 'terminal',
		probe: async ({terminal, env}) => {
			const {isTerminal, columns, rows, colors: colours} = terminal;
			if (!isTerminal) {
				return passed('standard output is no terminal: netwatch runs without a screen here');
			}
			const found = `${columns}×${rows}, ${env.NO_COLOR ? 'no colours (NO_COLOR)' : colours > 1 ? `${colours} colours` : 'no colours'}, TERM=${env.TERM ?? ''}`;
			if (env.TERM === 'dumb' || !env.TERM) {
				return degraded(
					found,
					'a terminal that cannot move its cursor shows no screen',
					'set TERM, e.g. to xterm-256color',
				);
			}
			if ((columns ?? 0) < minColumns || (rows ?? 0) < minRows) {
				return degraded(found, `the screen needs ${minColumns}×${minRows}`, 'make the window larger');
			}
			if (!isUtf8(env)) {
				return degraded(
					`${found}, locale ${localeName(env) || 'C'}`,
					'a terminal that is not set to UTF-8 shows arrows and lines as other characters',
					'export LC_ALL=C.UTF-8',
				);
			}
			return passed(`${found}, UTF-8`);
		},
	},
];

// proc /proc proc rw,nosuid,nodev,noexec,relatime,hidepid=invisible 0 0
const parseHidepid = (mounts: string): string | null => {
	const options = mounts
		.split('\n')
		.map(line => line.split(' '))
		.findLast(([, place, type]) => place === '/proc' && type === 'proc')?.[3];
	const value = /(?:^|,)hidepid=(\w+)/.exec(options ?? '')?.[1] ?? null;
	return value === null || value === '0' || value === 'off' ? null : value;
};

const localeName = (env: NodeJS.ProcessEnv): string => env.LC_ALL || env.LC_CTYPE || env.LANG || '';

const isUtf8 = (env: NodeJS.ProcessEnv): boolean => /utf-?8/i.test(localeName(env));
