import {type FileHandle, open} from 'node:fs/promises';
import type {
	KernelQuery,
	KernelSocket,
	PortSelection,
	SnapshotKind,
	SocketKind,
} from '../../domain/kernel.ts';
import {readNamespace} from '../../procfs/namespace.ts';
import {err, ok, type Result} from '../../shared/result.ts';
import {type NamespaceLimits, parseCounters} from '../counters/counters.ts';
import type {KernelEvents} from '../poll/events.ts';
import type {PollResult, SnapshotSource} from '../poll/snapshot-source.ts';
import {createProcNetParser, type ProcNetKind} from './parse.ts';

export type ProcNetIo = {
	/** Current time in ms since the epoch, with fractions. */
	now: () => number;
	kernelQuery: () => KernelQuery;
	events: Pick<KernelEvents, 'onSnapshotPart' | 'onSnapshotEnd'>;
	/** Settings of the namespace, as far as they are readable from outside. */
	limits: () => Promise<NamespaceLimits>;
	isStopped: () => boolean;
	/** Most sockets in one part. */
	maxPartSockets?: number;
	/** Most bytes of one file. */
	maxFileBytes?: number;
};

const socketFiles: readonly {name: string; kind: ProcNetKind}[] = [
	{name: 'tcp', kind: 'tcp'},
	{name: 'tcp6', kind: 'tcp'},
	{name: 'udp', kind: 'udp'},
	{name: 'udp6', kind: 'udp'},
	{name: 'unix', kind: 'unix'},
];
const counterFiles = ['netstat', 'snmp', 'sockstat'] as const;

/** The kernel returns at most one page a read. */
const chunkBytes = 16_384;
const maxSamples = 5;

/**
 * Reads the sockets of a namespace from the files in `/proc/PID/net`, where ss cannot run in it.
 *
 * The files are opened once: so they stay those of that namespace, also when the process ends or its pid is
 * reused.
 *
 * @param netns the namespace's number, as in `/proc/PID/ns/net`
 * @param pid a process in it, or 'self'
 * @returns the source, or the reason for its absence: the process is gone, or hidden
 */
export const openProcNet = async (
	netns: string,
	pid: number | 'self',
	io: ProcNetIo,
): Promise<Result<{source: SnapshotSource; close: () => Promise<void>}>> => {
	const files = new Map<string, FileHandle>();
	const close = async () => {
		const closing = [...files.values()];
		files.clear();
		await Promise.allSettled(closing.map(file => file.close()));
	};
	// A kernel without IPv6 has no tcp6: a missing file beside tcp counts as empty.
	for (const name of [...socketFiles.map(table => table.name), ...counterFiles]) {
		const file = await open(`/proc/${pid}/net/${name}`, 'r').catch(() => null);
		if (file !== null) files.set(name, file);
	}
	const actualNetns = readNamespace(pid);
	if (!files.has('tcp')) {
		await close();
		const reason =
			pid === 'self' || actualNetns.ok ? `/proc/${pid}/net/tcp cannot be read` : actualNetns.reason;
		return err(reason);
	}
	// Where the namespace link is unreadable, the namespace that the process's hook reported counts.
	if (actualNetns.ok && actualNetns.value !== netns) {
		await close();
		return err(`process ${pid} is not in network namespace ${netns}`);
	}
	return ok({source: createSource(netns, files, io), close});
};

const createSource = (
	netns: string,
	files: ReadonlyMap<string, FileHandle>,
	{
		now,
		kernelQuery,
		events,
		limits,
		isStopped,
		maxPartSockets = 500,
		maxFileBytes = 64 * 1024 * 1024,
	}: ProcNetIo,
): SnapshotSource => {
	/** Two alternating readers of one file would make the kernel start anew each time. */
	let previousRead: Promise<unknown> = Promise.resolve();
	const runExclusive = (poll: () => Promise<void>): Promise<PollResult> => {
		const result = previousRead.then(async (): Promise<PollResult> => {
			const startedAt = performance.now();
			try {
				await poll();
				return {ok: true, busyMs: performance.now() - startedAt};
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				return {ok: false, reason, permanent: false, missingTool: null};
			}
		});
		previousRead = result;
		return result;
	};

	/**
	 * Reads one file to its end, or as long as `take` returns true. Each page is awaited, so that other work
	 * runs meanwhile.
	 */
	const readSockets = async (
		name: string,
		kind: ProcNetKind,
		onSockets: (sockets: KernelSocket[]) => boolean,
	): Promise<{count: number; samples: readonly string[]}> => {
		const parser = createProcNetParser(kind);
		for await (const chunk of readChunks(files.get(name), maxFileBytes)) {
			if (isStopped() || !onSockets(parser.push(chunk))) return parser.notUnderstood;
		}
		onSockets(parser.end());
		return parser.notUnderstood;
	};

	const createCollector = (snapshot: SnapshotKind, at: number, kinds: readonly SocketKind[]) => {
		let pending: KernelSocket[] = [];
		let sockets = 0;
		const notUnderstood = {count: 0, samples: [] as string[]};
		const emitPart = () => {
			if (pending.length > 0) events.onSnapshotPart({netns, kind: snapshot, at, sockets: pending});
			pending = [];
		};
		return {
			add(socket: KernelSocket) {
				sockets++;
				pending.push(socket);
				if (pending.length >= maxPartSockets) emitPart();
			},
			addRefused({count, samples}: {count: number; samples: readonly string[]}) {
				notUnderstood.count += count;
				notUnderstood.samples.push(...samples.slice(0, maxSamples - notUnderstood.samples.length));
			},
			end() {
				if (isStopped()) return;
				emitPart();
				const tookMs = now() - at;
				events.onSnapshotEnd({
					netns,
					kind: snapshot,
					at,
					tookMs,
					socketCount: sockets,
					notUnderstood,
					socketKinds: new Set(kinds),
				});
			},
		};
	};

	const pollTable = async (): Promise<void> => {
		const {udp, unix, all, timeWaitPorts} = kernelQuery();
		const kinds: ProcNetKind[] = [
			'tcp',
			...(udp || all ? (['udp'] as const) : []),
			...(unix || all ? (['unix'] as const) : []),
		];
		const at = now();
		const liveSockets = createCollector('table', at, kinds);
		const timeWaitSockets = createCollector('time-wait', at, ['tcp']);
		for (const {name, kind} of socketFiles) {
			if (!kinds.includes(kind)) continue;
			const unparsed = await readSockets(name, kind, sockets => {
				for (const socket of sockets) {
					if (socket.state !== 'TIME-WAIT') liveSockets.add(socket);
					else if (timeWaitPorts !== null && hasPort(socket, timeWaitPorts)) timeWaitSockets.add(socket);
				}
				return true;
			});
			liveSockets.addRefused(unparsed);
		}
		liveSockets.end();
		if (timeWaitPorts !== null) timeWaitSockets.end();
	};

	/** Listeners stand first in their files. */
	const pollListeners = async (): Promise<void> => {
		const listeningSockets = createCollector('listeners', now(), ['tcp']);
		for (const {name, kind} of socketFiles) {
			if (kind !== 'tcp') continue;
			const unparsed = await readSockets(name, kind, sockets => {
				for (const socket of sockets) if (socket.state === 'LISTEN') listeningSockets.add(socket);
				return sockets.every(({state}) => state === 'LISTEN');
			});
			listeningSockets.addRefused(unparsed);
		}
		listeningSockets.end();
	};

	const readCounterFile = async (name: string): Promise<string> => {
		let content = '';
		try {
			for await (const chunk of readChunks(files.get(name), chunkBytes * 4))
				content += chunk.toString('latin1');
			return content;
		} catch {
			return '';
		}
	};

	return {
		table: () => runExclusive(pollTable),
		listeners: () => runExclusive(pollListeners),
		info: null,
		// The table already contains them.
		timeWait: null,
		counters: async () => {
			const [netstat, snmp, sockstat] = await Promise.all([
				readCounterFile('netstat'),
				readCounterFile('snmp'),
				readCounterFile('sockstat'),
			]);
			return parseCounters({netstat, snmp, sockstat}, await limits());
		},
	};
};

/** Yields the file in chunks; a chunk is valid until the next one is requested. */
async function* readChunks(file: FileHandle | undefined, maxFileBytes: number): AsyncGenerator<Buffer> {
	if (file === undefined) return;
	const buffer = Buffer.allocUnsafe(chunkBytes);
	for (let position = 0; ; ) {
		const {bytesRead} = await file.read(buffer, 0, buffer.length, position);
		if (bytesRead === 0) return;
		position += bytesRead;
		if (position > maxFileBytes)
			throw new Error(`a file of /proc/PID/net has more than ${maxFileBytes} bytes`);
		yield buffer.subarray(0, bytesRead);
	}
}

const hasPort = ({local, peer}: KernelSocket, ports: PortSelection): boolean =>
	(local !== null && 'port' in local && ports.local.includes(local.port)) ||
	(peer !== null && 'port' in peer && ports.peer.includes(peer.port));
