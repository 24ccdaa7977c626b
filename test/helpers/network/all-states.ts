/** A watched program in a network namespace with sockets in all states, where then no state changes any more. */
import {z} from 'zod';
import {socketsOf} from '../process/descriptors.ts';
import {type Netwatch, socketFact, startNetwatch} from '../process/netwatch.ts';
import {node, target} from '../process/paths.ts';
import {type Program, start} from '../process/program.ts';
import type {Lifetime} from '../process/temporary-directory.ts';
import {type Cable, layCable, type Place} from './cable.ts';

/** The number of sockets of most scenarios. */
export const copies = 8;
const own = '10.213.9.1';
const own6 = 'fd13:9::1';
const peer = '10.213.9.2';
const peer6 = 'fd13:9::2';
/** Packets to these are lost: always (dead), after a while (lost); SYNs from unheard get no answer. */
const dead = '10.213.9.9';
const lost = '10.213.9.3';
const unheard = '10.213.9.4';

const facts = z.object({
	pid: z.number(),
	/** Sockets by scenario, also those that the program has closed since. */
	counts: z.record(z.string(), z.number()),
	living: z.array(socketFact.extend({scenario: z.string()})),
	udp: z.array(z.number()),
	unix: z.array(z.number()),
});
export type Facts = z.infer<typeof facts>;

/** `stranger` is a program in the same namespace that is not watched. */
export type World = Cable & {
	netwatch: Netwatch;
	facts: Facts;
	stranger: {pid: number; inodes: ReadonlySet<number>};
};

const waitMs = 60_000;
const snapshotsWaited = 3;
const env = {TARGET_PATIENCE_MS: '180000'};

/**
 * @param args options of netwatch's own
 * @param pairs connections of the stranger to itself
 */
export const startWorld = async (
	context: Lifetime,
	args: readonly string[],
	pairs: number,
): Promise<World> => {
	const cable = await layCable(context, {
		near: [`${own}/24`, `${own6}/64`],
		far: [`${peer}/24`, `${lost}/24`, `${unheard}/24`, `${peer6}/64`],
	});
	const {near, far} = cable;
	// The kernel gives up no connection while the test compares.
	near.run('sysctl', '-q', '-w', 'net.ipv4.tcp_fin_timeout=120', 'net.ipv4.tcp_orphan_retries=12');
	for (const address of [dead, unheard]) near.lose(address);

	const begin = ({enter}: Place, file: string, ...args: string[]): Program => {
		const [command = '', ...words] = enter;
		return start(context, command, [...words, node, target(file), ...args], {env});
	};
	const other = begin(far, 'all-states-peer');
	const stranger = begin(near, 'idle-pairs', String(pairs));
	await stranger.until(() => stranger.stdout().includes('\n'), waitMs);
	const heard = (): number => other.stdout().split('\n').length - 1;
	await other.until(() => heard() === 1, waitMs);
	const send = async (task: object): Promise<void> => {
		const before = heard();
		other.write(`${JSON.stringify(task)}\n`);
		await other.until(() => heard() > before, waitMs);
	};
	const connect = (port: number, from: string, more: object = {}): Promise<void> =>
		send({connect: {host: own, port, from, count: copies, ...more}});

	const where = {own, linkLocal: near.linkLocal, device: near.device, peer, peer6, dead, copies};
	const settings = JSON.stringify({...where, peerLinkLocal: far.linkLocal});
	const netwatch = startNetwatch(context, [...near.enter, node, target('all-states'), settings], {
		// A closed row stays until the kernel has released its socket, however slow the machine is.
		args: ['--keep', '300', ...args],
		env,
	});
	const say = async (task: string): Promise<Facts> => {
		netwatch.write(`${task}\n`);
		return netwatch.until(() => netwatch.facts(task, facts)[0], waitMs);
	};
	await netwatch.until(() => netwatch.facts('listening', z.object({pid: z.number()}))[0], waitMs);

	await connect(7001, peer);
	await connect(7002, peer, {write: 1234});
	await connect(7003, peer, {end: true});
	await connect(7004, peer, {write: 777, end: true});
	await connect(7005, peer, {answer: true});
	await connect(7006, peer);
	await connect(7007, peer);
	// The connections in the accept queue, and two that give up.
	await connect(7008, peer, {count: 5});
	await connect(7021, lost);
	await connect(7022, lost);
	await connect(7023, lost, {end: true});
	await connect(7024, lost, {end: true});
	await connect(7025, lost);
	await connect(7026, lost);
	await say('open');
	near.lose(lost);
	const frozen = await say('part');
	await send({end: 7025});
	await connect(7009, unheard, {wait: false});
	const since = netwatch.all('kernel').length;
	// The rows then include the first of these snapshots, and the sockets missing in two of them.
	await netwatch.until(() => netwatch.all('kernel').length > since + snapshotsWaited, waitMs);
	const {pid} = stranger;
	return {...cable, netwatch, facts: frozen, stranger: {pid, inodes: new Set(socketsOf(pid))}};
};
