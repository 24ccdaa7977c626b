/**
 * Named network namespaces. A shell keeps each of them and deletes it when its standard input ends: at the end of the
 * test, and also where the process of the tests is killed before that.
 */
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {statSync} from 'node:fs';
import type {TestContext} from 'vitest';
import {isRoot} from '../process/is-root.ts';
import type {Lifetime} from '../process/temporary-directory.ts';

export type NamedNamespace = {
	name: string;
	/** The inode of `/proc/PID/ns/net` of the processes in it. */
	netns: string;
};

/** Debian keeps `ip` and `sysctl` off an ordinary user's path. */
const env = {...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`};

let made = 0;

export const ip = (...words: string[]): void => {
	execFileSync('ip', words, {stdio: ['ignore', 'ignore', 'pipe'], env});
};

/**
 * @param label part of the name, to identify a namespace that is left over
 * @throws where no network namespace can be made
 */
export const addNamespace = ({onTestFinished}: Lifetime, label: string): NamedNamespace => {
	const name = `netwatch-${label}-${process.pid}-${++made}`;
	// A group of its own: a signal to the group of the tests must not end the shell before the deletion.
	const keeper = spawn('sh', ['-c', 'cat; exec ip netns delete "$0"', name], {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
		env,
	});
	const closed = once(keeper, 'close');
	try {
		ip('netns', 'add', name);
	} catch (error) {
		keeper.stdin.end();
		throw error;
	}

	onTestFinished(async () => {
		keeper.stdin.end();
		const [code] = await closed;
		if (code !== 0) throw new Error(`network namespace ${name} was not deleted: ip ended with ${code}`);
	});
	return {name, netns: String(statSync(`/run/netns/${name}`).ino)};
};

/** A namespace with its loopback device up; the test is skipped where none can be made. */
export const makeNamespace = (context: TestContext, label: string): NamedNamespace => {
	if (!isRoot) context.skip('only root can make a network namespace');
	let namespace: NamedNamespace;
	try {
		namespace = addNamespace(context, label);
	} catch {
		return context.skip('no network namespace can be made here');
	}

	ip('-n', namespace.name, 'link', 'set', 'lo', 'up');
	return namespace;
};
