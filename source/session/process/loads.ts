/** The resource use of processes as inputs of the model: /proc counts, of which two readings make a share. */
import type {ModelInput} from '../../domain/events.ts';
import type {Clock} from '../../intake/clock.ts';
import {readProcessLoad} from '../../procfs/process-load.ts';

export type ProcessLoads = {
	/** Reads the process once; its shares of a core are those since the last reading. */
	report(pid: number, proc: number): Promise<void>;
	removeGone(alive: ReadonlySet<number>): void;
};

export function createProcessLoads(clock: Clock, apply: (input: ModelInput) => void): ProcessLoads {
	const cpuBefore = new Map<number, {at: number; seconds: number; waited: number | null}>();

	return {
		async report(pid, proc) {
			const load = await readProcessLoad(pid);
			if (load === null) return;
			const at = clock.now();
			const before = cpuBefore.get(pid);
			const seconds = before === undefined ? 0 : (at - before.at) / 1000;
			const cpu = before === undefined || seconds <= 0 ? null : (load.cpuSeconds - before.seconds) / seconds;
			const cpuWaitSeconds = load.cpuWaitSeconds;
			const cpuWait =
				cpuWaitSeconds === null || before?.waited == null || seconds <= 0
					? null
					: Math.min(1, Math.max(0, (cpuWaitSeconds - before.waited) / seconds));
			cpuBefore.set(pid, {at, seconds: load.cpuSeconds, waited: cpuWaitSeconds});
			const {rss, fds, fdLimit} = load;
			const noLoopDelay = {loopDelayP50: null, loopDelayP99: null, loopDelayMax: null};
			const noHookCounts = {sockets: null, sent: null, dropped: null, sitesNotTaken: null};
			apply({
				type: 'load',
				at,
				proc,
				pid,
				thread: 0,
				load: {
					at,
					...noLoopDelay,
					cpu: cpu === null ? null : Math.max(0, cpu),
					cpuWait,
					rss,
					fds,
					fdLimit,
					...noHookCounts,
				},
			});
		},
		removeGone(alive) {
			for (const pid of cpuBefore.keys()) if (!alive.has(pid)) cpuBefore.delete(pid);
		},
	};
}
