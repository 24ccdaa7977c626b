import {type ChildProcess, spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {parseStat} from '../../../source/procfs/proc-file.ts';

/** A capture, decoded as netwatch decodes it. */
export const fixture = (name: string): string =>
	readFileSync(new URL(`../../fixtures/ss/${name}`, import.meta.url), 'latin1');

/** A capture as its bytes. */
export const fixtureBytes = (name: string): Buffer =>
	readFileSync(new URL(`../../fixtures/ss/${name}`, import.meta.url));

export const isRoot = process.getuid?.() === 0;

/** Waits until something holds, at most `deadlineMs`. */
export const until = async <Value>(
	what: string,
	look: () => Value | Promise<Value>,
	deadlineMs = 15_000,
): Promise<NonNullable<Value>> => {
	const end = performance.now() + deadlineMs;
	for (;;) {
		const value = await look();
		if (value) return value;
		if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
		await new Promise(resolve => setTimeout(resolve, 10));
	}
};

/** The processes of a process group, by command name; a zombie counts as gone. */
export const processGroup = (group: number): string[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => {
			try {
				const line = readFileSync(`/proc/${name}/stat`, 'utf8');
				const [state, , pgrp] = line.slice(line.lastIndexOf(')') + 2).split(' ');
				return Number(pgrp) === group && state !== 'Z' ? [parseStat(line)?.comm ?? ''] : [];
			} catch {
				return [];
			}
		});

/** The descriptor behind a socket or a server of node:net. */
export const descriptorOf = (socket: object): number => {
	const handle: unknown = Reflect.get(socket, '_handle');
	const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
	if (typeof fd !== 'number' || fd < 0) throw new Error('the socket has no descriptor');
	return fd;
};

export type TestProcess = {pid: number; child: ChildProcess; end: () => Promise<void>};

/** Starts a program and waits for its first line, `ready`. `end` ends it with all that it started. */
export const startReady = async (program: string, args: string[]): Promise<TestProcess> => {
	const child = spawn(program, args, {detached: true, stdio: ['pipe', 'pipe', 'inherit']});
	const gone = new Promise<void>(resolve => child.once('close', () => resolve()));
	const end = async () => {
		if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
			process.kill(-child.pid, 'SIGKILL');
		}
		await gone;
	};
	const first = await Promise.race([
		new Promise<string>(resolve => createInterface({input: child.stdout}).once('line', resolve)),
		gone.then(() => 'ended'),
	]);
	if (first !== 'ready' || child.pid === undefined) {
		await end();
		throw new Error(`${program} ${args.join(' ')} said ${first} and not ready`);
	}
	return {pid: child.pid, child, end};
};

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

/** A directory of programs that stand for others, each a script of sh. @param onEnd takes what removes it */
export const stubs = (onEnd: (cleanUp: () => unknown) => void, programs: Record<string, string>): string => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-stubs-'));
	onEnd(() => rmSync(directory, {recursive: true}));
	for (const [name, script] of Object.entries(programs)) {
		const path = join(directory, name);
		writeFileSync(path, `#!/bin/sh\n${script}\n`);
		chmodSync(path, 0o755);
	}
	return directory;
};
