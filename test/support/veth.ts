/** Two network namespaces and a cable between them, which are gone when the test is. */
import {execFileSync} from 'node:child_process';
import {statSync} from 'node:fs';
import {isRoot, type Lifetime} from './program.ts';

/** One end of the cable. */
export type Place = {
	/** For `ip netns exec`. */
	name: string;
	/** As `/proc/PID/ns/net` tells it. */
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

let made = 0;

/** Whether namespaces can be made at all: root may, but not in every container. */
export const canLayCable = (): boolean => {
	if (!isRoot) return false;
	const name = `netwatch-try-${process.pid}`;
	try {
		run('ip', 'netns', 'add', name);
		run('ip', 'netns', 'delete', name);
		return true;
	} catch {
		return false;
	}
};

/**
 * @param addresses with prefix lengths, of each end
 * @returns both namespaces, with their devices up
 */
export const layCable = (
	{onTestFinished}: Lifetime,
	addresses: {near: readonly string[]; far: readonly string[]},
): Cable => {
	const number = `${process.pid}-${++made}`;
	const names = {near: `netwatch-near-${number}`, far: `netwatch-far-${number}`};
	for (const name of [names.near, names.far]) {
		run('ip', 'netns', 'add', name);
		onTestFinished(() => void run('ip', 'netns', 'delete', name));
	}

	const end = (name: string) => ['name', name === names.near ? 'near0' : 'far0', 'netns', name];
	run('ip', 'link', 'add', ...end(names.near), 'type', 'veth', 'peer', ...end(names.far));
	const near = connect(names.near, 'near0', addresses.near);
	const far = connect(names.far, 'far0', addresses.far);
	return {near, far};
};

const connect = (name: string, device: string, addresses: readonly string[]): Place => {
	// Not `ip netns exec`: it takes /sys away, and ss complains of that for every socket.
	const inside = (command: string, ...args: string[]): string =>
		run('nsenter', `--net=/run/netns/${name}`, command, ...args);
	const linkLocal = device === 'near0' ? 'fe80::a' : 'fe80::b';
	// Nobody else is on this cable who could have the same address: no time is spent to find out.
	inside('sysctl', '-q', '-w', `net.ipv6.conf.${device}.accept_dad=0`);
	run('ip', '-n', name, 'link', 'set', device, 'addrgenmode', 'none');
	for (const address of [...addresses, `${linkLocal}/64`]) {
		run('ip', '-n', name, 'addr', 'add', address, 'dev', device);
	}

	for (const up of ['lo', device]) run('ip', '-n', name, 'link', 'set', up, 'up');
	return {
		...{name, device, linkLocal},
		netns: String(statSync(`/run/netns/${name}`).ino),
		run: inside,
		lose: address =>
			void run(
				...(['ip', '-n', name, 'neigh', 'replace', address] as const),
				...(['lladdr', '02:00:00:00:00:99', 'dev', device, 'nud', 'permanent'] as const),
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
