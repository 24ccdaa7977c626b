import type {KernelSocket, PortSelection} from '../../../domain/kernel.ts';
import type {ChildOptions} from '../../child/child.ts';
import type {DestroyedCounts, KernelEvents} from '../../poll/events.ts';
import {type PortFilter, ssLayout} from '../commands.ts';
import type {SsVersion} from '../parse/version.ts';
import {streamSnapshot} from '../stream-snapshot.ts';
import {createTableParser} from '../table-parser.ts';
import {hasWrittenAll, isListening} from './netlink.ts';
import {createDestroyedFilter} from './port-filter.ts';
import {openSpoolFile} from './spool-file.ts';
import {startSsEvents} from './ss-process.ts';

export type DestroyedSockets = {
	readonly counts: Readonly<DestroyedCounts>;
	/**
	 * Resolves when ss listens, so that every later end is reported; also when that cannot be known, ss does not
	 * run, or `forMs` are over.
	 */
	listening: (forMs: number) => Promise<void>;
	/** Drops the reports so far. */
	discard: () => void;
	/** Reads all pending reports at once. */
	readAll: () => Promise<void>;
	close: () => Promise<void>;
};

export type DestroyedSocketsOptions = ChildOptions & {
	netns: string;
	version: SsVersion | null;
	/** Current time in ms since the epoch, with fractions. */
	now: () => number;
	events: Pick<KernelEvents, 'onSnapshotPart' | 'onSnapshotEnd'>;
	/** Ports of watched sockets: on a busy host, only sockets on these ports are reported. */
	ports: () => PortSelection | null;
	/** No report is read before it settles; default: at once. */
	begun?: Promise<unknown>;
	/** May be called again with the same text. */
	notify: (level: 'info' | 'warn', message: string) => void;
};

/** Time between two reads of the spool file, in ms. */
const readIntervalMs = 50;
/** The pause, in ms, after a read that did not reach the end of the file. */
const continueReadMs = 1;
/** Most bytes of one read: about 2000 lines. */
const maxReadBytes = 1024 * 1024;
/** A larger backlog is skipped: at 20,000 sockets a second, one second's worth. */
const maxBacklogBytes = 8 * 1024 * 1024;
/** Limit of the file: a stopped netwatch reads nothing. */
const maxFileBytes = 32 * 1024 * 1024;
const filterIntervalMs = 1000;
/**
 * Interval of the checks whether ss listens or has written everything, and the longest wait for the latter,
 * in ms.
 */
const checkIntervalMs = 3;
const writesForMs = 200;

/**
 * Reports each TCP socket of a namespace when it is destroyed, with its last counters: this covers
 * connections shorter than the time between two snapshots.
 *
 * ss writes to a file and not to a pipe. On a full pipe ss blocks, the kernel's own buffer overflows after
 * some hundred sockets, and ss ends: at 20,000 sockets a second, 10 ms in which netwatch is busy are enough.
 *
 * The `at` of a part is the time of the read, at most a moment after the sockets ended. The state of a
 * destroyed socket has no meaning.
 */
export const watchDestroyedSockets = (options: DestroyedSocketsOptions): DestroyedSockets => {
	const {netns, version, now, events, ports, notify, prefix, path, begun = Promise.resolve()} = options;
	const counts: DestroyedCounts = {lines: 0, dropped: 0, overflows: 0, filtered: false};
	const layout = ssLayout(version);
	const isSingleLine = layout === 'HO';
	const reportUnavailable = (reason: string): void =>
		notify('info', `connections between two looks have no last counters: ${reason}`);

	const opened = openSpoolFile('ss-events');
	if (!opened.ok) {
		reportUnavailable(opened.reason);
		const nothing = async (): Promise<void> => {};
		return {counts, listening: nothing, discard: () => {}, readAll: nothing, close: nothing};
	}
	const file = opened.value;
	const ss = startSsEvents({
		prefix,
		path,
		layout,
		maxFileBytes,
		stdoutDescriptor: file.descriptor,
		onOverflow: () => {
			counts.overflows++;
			notify('info', 'more connections ended at once than ss could report: some have no last counters');
		},
		onExit: file.markBrokenLine,
		onUnavailable: reason => {
			reportUnavailable(reason);
			stop();
		},
	});
	let filterChosenAt = performance.now();
	const filterPolicy = createDestroyedFilter(filterChosenAt);
	let filter: PortFilter | null = null;
	let peerWindowReported = false;
	/** The last lines of an ss that prints a socket over several lines: further lines may follow. */
	let pendingBytes = Buffer.alloc(0);
	let timer: NodeJS.Timeout | null = null;
	let reading: Promise<void> = Promise.resolve();
	let stopped = false;
	let closing: Promise<void> | null = null;

	const stop = (): void => {
		stopped = true;
		if (timer !== null) clearTimeout(timer);
	};

	const chooseFilter = (): void => {
		const time = performance.now();
		if (time - filterChosenAt < filterIntervalMs) return;
		filterChosenAt = time;
		const chosen = filterPolicy.choose(ports(), time);
		if (chosen === filter) return;
		filter = chosen;
		counts.filtered = chosen !== null;
		ss.setFilter(chosen);
	};

	const takeCompleteSockets = (output: Buffer | null): Buffer | null => {
		if (isSingleLine) return output;
		const all = Buffer.concat([pendingBytes, output ?? Buffer.alloc(0)]);
		const end = output === null ? all.length : lastSocketStart(all);
		pendingBytes = all.length - end > maxReadBytes ? Buffer.alloc(0) : Buffer.from(all.subarray(end));
		return end === 0 ? null : all.subarray(0, end);
	};

	/** @returns true if there is probably more to read */
	const read = async (): Promise<boolean> => {
		const dropped = file.skip(maxBacklogBytes);
		if (dropped > 0) {
			counts.dropped += dropped;
			notify('info', 'more connections ended at once than could be read: some have no last counters');
		}
		const output = takeCompleteSockets(file.read(maxReadBytes));
		if (output === null) return false;
		const at = now();
		const watchedPorts = ports();
		const parser = createTableParser(output, {version, multiline: !isSingleLine, peerWindowReported});
		const onPart = (sockets: readonly KernelSocket[]): void => {
			filterPolicy.record(sockets, watchedPorts);
			events.onSnapshotPart({netns, kind: 'destroyed', at, sockets});
		};
		if ((await streamSnapshot(parser, onPart, () => stopped)) === null) return false;
		({peerWindowReported} = parser);
		const {sockets, notUnderstood} = parser;
		counts.lines += sockets + notUnderstood.count;
		const tookMs = now() - at;
		events.onSnapshotEnd({
			netns,
			kind: 'destroyed',
			at,
			tookMs,
			socketCount: sockets,
			notUnderstood,
			socketKinds: new Set(['tcp']),
		});
		return output.length >= maxReadBytes;
	};

	const readWith = (reads: () => Promise<boolean>): void => {
		reading = reads().then(schedule, (error: unknown) => {
			reportUnavailable(error instanceof Error ? error.message : String(error));
			stop();
			void ss.close();
		});
	};

	const schedule = (hasMore = false): void => {
		if (stopped) return;
		timer = setTimeout(
			() => {
				chooseFilter();
				readWith(read);
			},
			hasMore ? continueReadMs : readIntervalMs,
		);
	};

	const readToEnd = async (): Promise<boolean> => {
		while (await read());
		// ss has written all: further lines of the last socket will not come.
		if (pendingBytes.length > 0) await read();
		return false;
	};

	/** Waits until a running process meets the condition, for at most `forMs`. */
	const until = async (isMet: (pid: number) => Promise<boolean | null>, forMs: number): Promise<void> => {
		const end = performance.now() + forMs;
		while (!stopped && ss.pid !== null && (await isMet(ss.pid)) === false && performance.now() < end) {
			await new Promise(resolve => setTimeout(resolve, checkIntervalMs));
		}
	};

	const close = async (): Promise<void> => {
		stop();
		await Promise.all([ss.close(), reading]);
		file.close();
	};

	void begun.then(() => schedule());
	return {
		counts,
		listening: forMs => until(isListening, forMs),
		discard: () => void file.skip(0),
		readAll: async () => {
			await begun;
			await until(hasWrittenAll, writesForMs);
			await reading;
			if (stopped) return;
			if (timer !== null) clearTimeout(timer);
			readWith(readToEnd);
			await reading;
		},
		close: () => {
			closing ??= close();
			return closing;
		},
	};
};

const lineFeed = 0x0a;

/** Start of the last socket in the output of an ss that continues a line with a blank. */
const lastSocketStart = (output: Buffer): number => {
	for (let end = output.length - 1; end > 0; ) {
		const previousLineFeed = output.lastIndexOf(lineFeed, end - 1);
		const firstByte = output[previousLineFeed + 1];
		if (firstByte !== 0x20 && firstByte !== 0x09) return previousLineFeed + 1;
		end = previousLineFeed;
	}
	return 0;
};
