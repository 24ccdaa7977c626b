/** Two network namespaces and a cable between them, which are gone when the test is. */
import {execFileSync, spawn} from 'node:child_process';
import {readlinkSync} from 'node:fs';
import {isRoot} from '../process/is-root.ts';
import type {Lifetime} from '../process/temporary-directory.ts';
import {addNamespace} from './named-namespace.ts';

/** One end of the cable. */
export type Place = {
	/** Words before a program that run it there. */
	enter: readonly string[];
	/** The inode of `/proc/PID/ns/net`. */
	netns: string;
	/** The cable's end in it. */
	device: string;
	linkLocal: string;
	/** Runs a program in it and returns what it prints. */
	run(command: string, ...args: string[]): string;
	/** From now on, what is sent to this address is lost: another machine's hardware address stands for it. */
	lose(address: string): void;
};

export type Cable = {near: Place; far: Place};

type Namespace = Pick<Place, 'enter' | 'netns'> & {
	/** Like `enter`, for tools. */
	enterTool: readonly string[];
	/** The name of the link in ip. */
	name: string;
};

/** Whether namespaces can be made: root may, and others where user namespaces are allowed, but not in every container. */
export const canLayCable = (): boolean => {
	const name = `netwatch-try-${process.pid}`;
	try {
		if (isRoot) {
			run('ip', 'netns', 'add', name);
			run('ip', 'netns', 'delete', name);
		} else {
			run('unshare', '--user', '--map-root-user', '--net', 'true');
		}

		return true;
	} catch {
		return false;
	}
};

/**
 * @param addresses with prefix lengths, of each end
 * @returns both namespaces, with their devices up
 */
export const layCable = async (
	lifetime: Lifetime,
	addresses: {near: readonly string[]; far: readonly string[]},
): Promise<Cable> => {
	const [near, far] = isRoot
		? [makeNamed(lifetime, 'near'), makeNamed(lifetime, 'far')]
		: await makeUnnamed(lifetime);
	const {runTool} = toolsOf(near);
	runTool('ip', 'link', 'add', 'near0', 'type', 'veth', 'peer', 'name', 'far0', 'netns', far.name);
	return {
		near: connect(near, 'near0', 'fe80::a', addresses.near),
		far: connect(far, 'far0', 'fe80::b', addresses.far),
	};
};

const makeNamed = (lifetime: Lifetime, end: string): Namespace => {
	const {name, netns} = addNamespace(lifetime, end);
	return {
		name,
		netns,
		enter: ['ip', 'netns', 'exec', name],
		// Not `ip netns exec`: it takes /sys away, and ss complains of that for every socket.
		enterTool: ['nsenter', `--net=/run/netns/${name}`],
	};
};

/** An ordinary user has them in a user namespace, for as long as a process is in them. */
const makeUnnamed = async (lifetime: Lifetime): Promise<[Namespace, Namespace]> => {
	const first = await hold(lifetime, ['unshare', '--user', '--map-root-user', '--net']);
	const inside = ['nsenter', '--preserve-credentials', '--user', '--target', first.name];
	return [first, await hold(lifetime, [...inside, 'unshare', '--net'])];
};

const hold = async ({onTestFinished}: Lifetime, words: readonly string[]): Promise<Namespace> => {
	const [command = '', ...args] = [...words, 'sh', '-c', 'echo here; exec sleep 300'];
	const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'inherit']});
	const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
	onTestFinished(async () => {
		child.kill('SIGKILL');
		await ended;
	});
	const here = new Promise(resolve => child.stdout.once('data', resolve));
	await Promise.race([here, ended.then(() => Promise.reject(new Error('no namespace can be made')))]);
	const pid = String(child.pid);
	const enter = ['nsenter', '--preserve-credentials', '--user', '--net', '--target', pid];
	const netns = /\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0] ?? '';
	return {name: pid, netns, enter, enterTool: enter};
};

const toolsOf = ({enterTool}: Namespace) => {
	const [enter = '', ...words] = enterTool;
	return {runTool: (command: string, ...args: string[]): string => run(enter, ...words, command, ...args)};
};

const connect = (
	namespace: Namespace,
	device: string,
	linkLocal: string,
	addresses: readonly string[],
): Place => {
	const {runTool} = toolsOf(namespace);
	// No other host on this cable can have the same address: duplicate address detection is off.
	runTool('sysctl', '-q', '-w', `net.ipv6.conf.${device}.accept_dad=0`);
	runTool('ip', 'link', 'set', device, 'addrgenmode', 'none');
	for (const address of [...addresses, `${linkLocal}/64`]) {
		runTool('ip', 'addr', 'add', address, 'dev', device);
	}

	for (const up of ['lo', device]) runTool('ip', 'link', 'set', up, 'up');
	const {enter, netns} = namespace;
	return {
		...{enter, netns, device, linkLocal},
		run: runTool,
		lose: address =>
			void runTool(
				...(['ip', 'neigh', 'replace', address, 'lladdr', '02:00:00:00:00:99'] as const),
				...(['dev', device, 'nud', 'permanent'] as const),
			),
	};
};

const run = (command: string, ...args: string[]): string => {
	const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
	return execFileSync(command, args, {
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {...process.env, PATH},
	});
};
