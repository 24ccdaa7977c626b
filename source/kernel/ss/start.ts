import type {KernelQuery} from '../../domain/kernel.ts';
import type {Notice} from '../../domain/row.ts';
import {createShell, type Shell} from '../child/shell.ts';
import type {KernelEvents} from '../poll/events.ts';
import type {ShellCommand} from './commands.ts';
import {type DestroyedSockets, watchDestroyedSockets} from './events/destroyed-sockets.ts';
import {createSs, type Ss} from './ss.ts';

export type SsOptions = {
	netns: string;
	path: string;
	now: () => number;
};

/** What uses an ss that was started. */
export type SsUser = {
	events: KernelEvents;
	kernelQuery: () => KernelQuery;
	notify: (level: Notice['level'], message: string) => void;
};

/** The shell and the destroyed-socket events of a namespace; no event is read before the first use. */
export type StartedSs = {
	shell: Shell<ShellCommand>;
	ss: Ss;
	/** Resolves when the process that reports destroyed sockets has been spawned, or is not available. */
	spawned: Promise<void>;
	/** Resolves when every socket destroyed from then on is reported, or when that is not available, or after `forMs`. */
	listening: (forMs: number) => Promise<void>;
	destroyed: () => DestroyedSockets | null;
	/** To be called once. */
	use: (user: SsUser) => void;
	close: () => Promise<void>;
};

/**
 * Starts ss in a namespace.
 *
 * @param prefix words that lead into it; none for netwatch's own
 */
export const startSs = ({netns, path, now}: SsOptions, prefix: readonly string[]): StartedSs => {
	const shell = createShell<ShellCommand>({prefix, path});
	const ss = createSs(shell);
	let destroyed: DestroyedSockets | null = null;
	let over = false;
	let user: SsUser | null = null;
	let begin = (): void => {};
	const begun = new Promise<void>(resolve => {
		begin = resolve;
	});
	const started = ss.version().then(answer => {
		if (over || !answer.ok) return;
		destroyed = watchDestroyedSockets({
			netns,
			version: answer.version,
			prefix,
			path,
			now,
			begun,
			ports: () => user?.kernelQuery().infoPorts ?? null,
			events: {
				onSnapshotPart: part => user?.events.onSnapshotPart(part),
				onSnapshotEnd: end => user?.events.onSnapshotEnd(end),
			},
			notify: (level, message) => void begun.then(() => user?.notify(level, message)),
		});
	});
	return {
		shell,
		ss,
		spawned: started,
		listening: async forMs => {
			await started;
			await destroyed?.listening(forMs);
		},
		destroyed: () => destroyed,
		use: given => {
			user = given;
			begin();
		},
		close: async () => {
			over = true;
			await Promise.all([destroyed?.close(), shell.close()]);
		},
	};
};
