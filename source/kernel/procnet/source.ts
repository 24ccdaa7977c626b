import {type FileHandle, open} from 'node:fs/promises';
import type {KernelSocket, KernelWanted, LookKind, PortsOfInterest, SocketKind} from '../../domain/kernel.ts';
import {namespaceOf} from '../../procfs/namespace.ts';
import {type Parsed, parsed, refused} from '../../shared/result.ts';
import {countersOf, type Limits} from '../counters/counters.ts';
import type {KernelEvents} from '../poll/events.ts';
import type {LookAnswer, LookSource} from '../poll/snapshot-source.ts';
import {createProcNetParser, type ProcNetKind} from './parse.ts';

export type ProcNetIo = {
	/** Milliseconds since the epoch, with fractions. */
	now: () => number;
	wanted: () => KernelWanted;
	events: Pick<KernelEvents, 'onPart' | 'onLookEnd'>;
	/** Settings of the namespace, as far as they can be read from outside. */
	limits: () => Promise<Limits>;
	isOver: () => boolean;
	/** Sockets in one part, at most. */
	partSize?: number;
	/** Most bytes of one file. */
	limitBytes?: number;
};

const tables: readonly {name: string; kind: ProcNetKind}[] = [
	{name: 'tcp', kind: 'tcp'},
	{name: 'tcp6', kind: 'tcp'},
	{name: 'udp', kind: 'udp'},
	{name: 'udp6', kind: 'udp'},
	{name: 'unix', kind: 'unix'},
];
const counterFiles = ['netstat', 'snmp', 'sockstat'] as const;

/** The kernel gives at most a page at a time, however much is asked for. */
const readSize = 16_384;
const samplesKept = 5;

/**
 * Looks at a namespace by the files in `/proc/PID/net`, where ss cannot be run there.
 *
 * They are opened once: so they stay those of that namespace, also when the process ends, or its number becomes another's.
 *
 * @param netns The namespace's number, as `/proc/PID/ns/net` tells.
 * @param pid A process in it, or 'self'.
 * @returns The source, or why there is none: the process is gone, or hidden.
 */
export const openProcNet = async (
	netns: string,
	pid: number | 'self',
	io: ProcNetIo,
): Promise<Parsed<{source: LookSource; close: () => Promise<void>}>> => {
	const files = new Map<string, FileHandle>();
	const close = async () => {
		const last = [...files.values()];
		files.clear();
		await Promise.allSettled(last.map(file => file.close()));
	};
	// Where the kernel has no IPv6, there is no tcp6: what is missing beside tcp is empty.
	for (const name of [...tables.map(table => table.name), ...counterFiles]) {
		const file = await open(`/proc/${pid}/net/${name}`, 'r').catch(() => null);
		if (file !== null) files.set(name, file);
	}
	const its = namespaceOf(pid);
	if (!files.has('tcp')) {
		await close();
		const why = pid === 'self' || its.ok ? `/proc/${pid}/net/tcp cannot be read` : its.reason;
		return refused(why);
	}
	// Who may not ask whose namespace it is, takes the word of the process's hook for it.
	if (its.ok && its.value !== netns) {
		await close();
		return refused(`process ${pid} is not in network namespace ${netns}`);
	}
	return parsed({source: createSource(netns, files, io), close});
};

const createSource = (
	netns: string,
	files: ReadonlyMap<string, FileHandle>,
	{now, wanted, events, limits, isOver, partSize = 500, limitBytes = 64 * 1024 * 1024}: ProcNetIo,
): LookSource => {
	/** Two that read one file in turns would make the kernel begin anew each time. */
	let last: Promise<unknown> = Promise.resolve();
	const inTurn = (look: () => Promise<void>): Promise<LookAnswer> => {
		const answer = last.then(async (): Promise<LookAnswer> => {
			const began = performance.now();
			try {
				await look();
				return {ok: true, busyMs: performance.now() - began};
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				return {ok: false, reason, final: false, missing: null};
			}
		});
		last = answer;
		return answer;
	};

	/** Reads one file to its end, or as long as `take` wants more. Each page is waited for, and others run meanwhile. */
	const readSockets = async (
		name: string,
		kind: ProcNetKind,
		take: (sockets: KernelSocket[]) => boolean,
	): Promise<{count: number; samples: readonly string[]}> => {
		const parser = createProcNetParser(kind);
		for await (const chunk of chunksOf(files.get(name), limitBytes)) {
			if (isOver() || !take(parser.push(chunk))) return parser.notUnderstood;
		}
		take(parser.end());
		return parser.notUnderstood;
	};

	const gather = (look: LookKind, at: number, kinds: readonly SocketKind[]) => {
		let waiting: KernelSocket[] = [];
		let sockets = 0;
		const notUnderstood = {count: 0, samples: [] as string[]};
		const hand = () => {
			if (waiting.length > 0) events.onPart({netns, look, at, sockets: waiting});
			waiting = [];
		};
		return {
			add(socket: KernelSocket) {
				sockets++;
				waiting.push(socket);
				if (waiting.length >= partSize) hand();
			},
			addRefused({count, samples}: {count: number; samples: readonly string[]}) {
				notUnderstood.count += count;
				notUnderstood.samples.push(...samples.slice(0, samplesKept - notUnderstood.samples.length));
			},
			end() {
				if (isOver()) return;
				hand();
				const tookMs = now() - at;
				events.onLookEnd({netns, look, at, tookMs, sockets, notUnderstood, kinds: new Set(kinds)});
			},
		};
	};

	const table = async (): Promise<void> => {
		const {udp, unix, all, timeWaitPorts} = wanted();
		const kinds: ProcNetKind[] = [
			'tcp',
			...(udp || all ? (['udp'] as const) : []),
			...(unix || all ? (['unix'] as const) : []),
		];
		const at = now();
		const living = gather('table', at, kinds);
		const lingering = gather('time-wait', at, ['tcp']);
		for (const {name, kind} of tables) {
			if (!kinds.includes(kind)) continue;
			const refusedLines = await readSockets(name, kind, sockets => {
				for (const socket of sockets) {
					if (socket.state !== 'TIME-WAIT') living.add(socket);
					else if (timeWaitPorts !== null && isAt(socket, timeWaitPorts)) lingering.add(socket);
				}
				return true;
			});
			living.addRefused(refusedLines);
		}
		living.end();
		if (timeWaitPorts !== null) lingering.end();
	};

	/** They stand first in their files. */
	const listeners = async (): Promise<void> => {
		const found = gather('listeners', now(), ['tcp']);
		for (const {name, kind} of tables) {
			if (kind !== 'tcp') continue;
			const refusedLines = await readSockets(name, kind, sockets => {
				for (const socket of sockets) if (socket.state === 'LISTEN') found.add(socket);
				return sockets.every(({state}) => state === 'LISTEN');
			});
			found.addRefused(refusedLines);
		}
		found.end();
	};

	const text = async (name: string): Promise<string> => {
		let all = '';
		try {
			for await (const chunk of chunksOf(files.get(name), readSize * 4)) all += chunk.toString('latin1');
			return all;
		} catch {
			return '';
		}
	};

	return {
		table: () => inTurn(table),
		listeners: () => inTurn(listeners),
		info: null,
		// The table has them along with the others.
		timeWait: null,
		counters: async () => {
			const [netstat, snmp, sockstat] = await Promise.all([text('netstat'), text('snmp'), text('sockstat')]);
			return countersOf({netstat, snmp, sockstat}, await limits());
		},
	};
};

/** A chunk is only good until the next one is asked for. */
async function* chunksOf(file: FileHandle | undefined, limitBytes: number): AsyncGenerator<Buffer> {
	if (file === undefined) return;
	const buffer = Buffer.allocUnsafe(readSize);
	for (let position = 0; ; ) {
		const {bytesRead} = await file.read(buffer, 0, buffer.length, position);
		if (bytesRead === 0) return;
		position += bytesRead;
		if (position > limitBytes) throw new Error(`a file of /proc/PID/net has more than ${limitBytes} bytes`);
		yield buffer.subarray(0, bytesRead);
	}
}

const isAt = ({local, peer}: KernelSocket, ports: PortsOfInterest): boolean =>
	(local !== null && 'port' in local && ports.local.includes(local.port)) ||
	(peer !== null && 'port' in peer && ports.peer.includes(peer.port));
