import type {Origin, ProcessEnd, ProcessStart} from '../../domain/events.ts';
import type {ResolverView} from '../../domain/kernel.ts';
import type {LoadView, PoolSample, ProcessRow} from '../../domain/row.ts';

export type Processes = {
	readonly list: ProcessRow[];
	/** Processes not listed because there were too many. */
	readonly notShown: number;
	/** Records lost by all hooks, and incomplete frames. */
	readonly dropped: number;
	find(origin: Pick<Origin, 'proc' | 'thread'>): ProcessRow | undefined;
	start(input: ProcessStart): void;
	end(input: ProcessEnd): void;
	updateLoad(origin: Origin, load: LoadView): void;
	/** A socket or a listener of this thread was made. */
	noteSocket(origin: Origin, at: number): void;
	/** @param ms how late a timer of the hook fired, at `at` */
	addBlocked(origin: Origin, at: number, ms: number): void;
	/** The resolver configuration of all threads of a process. */
	setResolver(proc: number, resolver: ResolverView): void;
	addPoolSample(origin: Origin, sample: PoolSample): void;
	/** The computing threads of a process, for the newest samples of its threads. */
	setComputing(proc: number, threads: number): void;
	/** Frames that a hook wrote and that did not arrive complete. */
	addLostFrames(frames: number): void;
};

/** Limit of event loop delays of a thread: the newest. */
export const maxBlockedSpans = 64;

/** One a second, while a lookup is under way: the newest. */
const maxPoolSamples = 32;

/** @param limit how many are kept; ended ones go first */
export function createProcesses(limit: number): Processes {
	const list: ProcessRow[] = [];
	/** Threads of each process, the main one and its workers. */
	const byProc = new Map<number, ProcessRow[]>();
	let notShown = 0;
	let droppedByEnded = 0;
	let lostFrames = 0;

	const find: Processes['find'] = ({proc, thread}) =>
		byProc.get(proc)?.find(process => process.thread === thread);

	function makeRoom(): boolean {
		if (list.length < limit) return true;
		const index = list.findIndex(process => process.endedAt !== null);
		if (index === -1) {
			notShown++;
			return false;
		}

		droppedByEnded += list[index]?.load?.dropped ?? 0;
		for (const {proc, thread} of list.splice(index, 1)) {
			const others = byProc.get(proc)?.filter(process => process.thread !== thread) ?? [];
			if (others.length === 0) byProc.delete(proc);
			else byProc.set(proc, others);
		}

		return true;
	}

	return {
		list,
		find,
		get notShown() {
			return notShown;
		},
		get dropped() {
			let dropped = droppedByEnded + lostFrames;
			for (const {load} of list) dropped += load?.dropped ?? 0;
			return dropped;
		},
		start(input) {
			const existing = find(input);
			const facts = {
				ppid: input.ppid,
				netns: input.netns,
				node: input.node,
				title: input.title,
				argv: input.argv,
				program: input.program,
				wrapper: input.wrapper,
				state: input.event === 'start' ? ('running' as const) : ('unhooked' as const),
				noHook: input.noHook ?? null,
			};
			const hookedAt = input.event === 'start' ? input.at : null;
			if (existing !== undefined) {
				Object.assign(existing, facts);
				existing.hookedAt = hookedAt;
				return;
			}

			if (!makeRoom()) return;
			const process: ProcessRow = {
				proc: input.proc,
				pid: input.pid,
				thread: input.thread,
				...facts,
				startedAt: input.at,
				endedAt: null,
				exitCode: null,
				signal: null,
				isEndUnreported: false,
				load: null,
				hookedAt,
				firstSocketAt: null,
				loopSeenAt: null,
				blocked: [],
				blockedDropped: 0,
				resolver: list.find(({proc}) => proc === input.proc)?.resolver ?? null,
				rows: 0,
			};
			list.push(process);
			byProc.set(input.proc, [...(byProc.get(input.proc) ?? []), process]);
		},
		end(input) {
			for (const process of byProc.get(input.proc) ?? []) {
				// The end of a main thread ends its workers.
				if (input.thread !== 0 && process.thread !== input.thread) continue;
				if (process.endedAt === null) {
					process.state = input.event === 'exit' ? 'exited' : 'lost';
					process.endedAt = input.at;
				}

				// The later report wins: the hook reports before 'exit' listeners run, the parent after.
				if (process.thread === input.thread) process.exitCode = input.exitCode ?? process.exitCode;
				else process.exitCode ??= input.exitCode;
				if (input.isUnreported && process.thread === input.thread) process.isEndUnreported = true;
				process.signal ??= input.signal;
				if (input.event === 'exit') process.state = 'exited';
			}
		},
		updateLoad(origin, load) {
			const process = find(origin);
			if (process === undefined) return;
			process.load = mergeLoad(process.load, load);
			if (load.loopDelayP99 !== null) process.loopSeenAt = load.at;
		},
		noteSocket(origin, at) {
			const process = find(origin);
			if (process !== undefined) process.firstSocketAt = Math.min(process.firstSocketAt ?? at, at);
		},
		addBlocked(origin, at, ms) {
			const process = find(origin);
			if (process === undefined) return;
			if (process.blocked.length >= maxBlockedSpans) process.blockedDropped++;
			process.blocked = [...process.blocked, {from: at - ms, to: at}].slice(-maxBlockedSpans);
		},
		setResolver(proc, resolver) {
			for (const process of list) if (process.proc === proc) process.resolver = resolver;
		},
		addPoolSample(origin, sample) {
			const process = find(origin);
			if (process !== undefined) process.pool = [...(process.pool ?? []), sample].slice(-maxPoolSamples);
		},
		setComputing(proc, threads) {
			for (const process of byProc.get(proc) ?? []) {
				const newest = process.pool?.at(-1);
				if (newest !== undefined && newest.computing === null)
					process.pool = [...(process.pool ?? []).slice(0, -1), {...newest, computing: threads}];
			}
		},
		addLostFrames(frames) {
			lostFrames += frames;
		},
	};
}

/** The hook reports its loop and records, /proc the rest: each leaves the other's fields null. */
function mergeLoad(before: LoadView | null, now: LoadView): LoadView {
	if (before === null) return now;
	return {
		at: now.at,
		loopDelayP50: now.loopDelayP50 ?? before.loopDelayP50,
		loopDelayP99: now.loopDelayP99 ?? before.loopDelayP99,
		loopDelayMax: now.loopDelayMax ?? before.loopDelayMax,
		cpu: now.cpu ?? before.cpu,
		cpuWait: now.cpuWait ?? before.cpuWait,
		rss: now.rss ?? before.rss,
		fds: now.fds ?? before.fds,
		fdLimit: now.fdLimit ?? before.fdLimit,
		sockets: now.sockets ?? before.sockets,
		sent: now.sent ?? before.sent,
		dropped: now.dropped ?? before.dropped,
		sitesNotTaken: now.sitesNotTaken ?? before.sitesNotTaken,
	};
}
