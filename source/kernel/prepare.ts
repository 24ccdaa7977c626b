import {readNamespace} from '../procfs/namespace.ts';
import {childSearchPath} from './child/child.ts';
import {type StartedSs, startSs} from './ss/start.ts';

/** ss in netwatch's own namespace, started before there is anything to watch. */
export type PreparedSs = StartedSs & {
	readonly netns: string;
	/** As of any started ss, and within `forMs`. */
	spawned: Promise<void>;
	/**
	 * Resolves when every socket destroyed from then on is reported; at once where that is not available, and in
	 * any case within `forMs`. The reports so far are dropped: those sockets belonged to no watched process.
	 */
	ready: () => Promise<void>;
};

export type PrepareOptions = {
	/** Current time in ms since the epoch, with fractions. */
	now: () => number;
	/** Longest wait of `ready` from now on, in ms; default: one second. */
	forMs?: number;
	/** The PATH for ss; default: netwatch's own, with the system's directories. */
	path?: string;
	platform?: string;
};

/**
 * On an idle machine ss listens after a small part of this time; on a busy one everything else takes longer,
 * too.
 */
const readyForMs = 1000;

/**
 * Starts ss, so that sockets of a command that end before the first snapshot are reported. Its processes get ready
 * while netwatch loads the rest of its own code.
 *
 * @returns null where there is no ss
 */
export const prepareSs = ({
	now,
	forMs = readyForMs,
	path = childSearchPath(process.env.PATH),
	platform = process.platform,
}: PrepareOptions): PreparedSs | null => {
	const own = readNamespace('self');
	if (platform !== 'linux' || !own.ok) return null;
	const started = startSs({netns: own.value, path, now}, []);
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<void>(resolve => {
		timer = setTimeout(resolve, forMs);
	});
	const listens = Promise.race([started.listening(forMs), late]).finally(() => clearTimeout(timer));
	return {
		...started,
		netns: own.value,
		spawned: Promise.race([started.spawned, late]),
		async ready() {
			await listens;
			started.destroyed()?.discard();
		},
		async close() {
			clearTimeout(timer);
			await started.close();
		},
	};
};
