import type {KernelCounters} from '../../domain/kernel.ts';
import type {Notice} from '../../domain/row.ts';
import type {Result} from '../../shared/result.ts';
import type {ShellFailure} from '../child/shell.ts';
import {startPollLoop} from './poll-loop.ts';
import type {SnapshotSource} from './snapshot-source.ts';

/** A source that is being used. */
export type OpenSource = {
	source: SnapshotSource;
	/** A process of the namespace that was started for it, while it runs. */
	pid: () => number | null;
	close: () => Promise<void>;
};

export type FailoverOptions = {
	/** Least time between two looks at the table, in ms. */
	intervalMs: number;
	/** With ss; a refusal says why the namespace cannot be entered. */
	openSs: () => Result<OpenSource>;
	/** By /proc, through a process that was started in the namespace, or null where there is none. */
	openProc: (pid: number | null) => Promise<Result<OpenSource>>;
	onCounters: (counters: KernelCounters) => void;
	/** Said when ss is given up, once. */
	onFailover: (failure: ShellFailure) => void;
	/** There is no source at all. */
	onUnavailable: (reason: string) => void;
	notify: (level: Notice['level'], message: string) => void;
	/** First time until ss is tried again, in ms; then twice as long each time, up to ten minutes. */
	retryMs?: number;
};

/** Failures of the table in a row, after which an ss that has worked is given up; one that has not, at once. */
const maxFailures = 3;
const maxRetryMs = 600_000;

/**
 * Looks with ss; where it is missing, or does not work, by /proc. What is missing stays so. What fails may pass: it is
 * tried again.
 *
 * @returns Ends it. Resolves when its helpers are gone.
 */
export const startSourceFailover = (options: FailoverOptions): (() => Promise<void>) => {
	const {
		intervalMs,
		openSs,
		openProc,
		onCounters,
		onFailover,
		onUnavailable,
		notify,
		retryMs = 60_000,
	} = options;
	let stopped = false;
	let current: {close: () => Promise<void>} | null = null;
	let timer: NodeJS.Timeout | undefined;
	let retryDelayMs = retryMs;
	let hasFailedOver = false;

	const startSource = (
		opened: OpenSource,
		source: SnapshotSource,
		onFailure: (failure: ShellFailure) => void,
	): void => {
		const stopPolls = startPollLoop(source, {intervalMs, onCounters, onFailure});
		current = {
			close: async () => {
				stopPolls();
				await opened.close();
			},
		};
	};

	const startSs = (): void => {
		const result = openSs();
		if (!result.ok) {
			void failOverToProc(
				{ok: false, reason: result.reason, permanent: true, missingTool: null},
				null,
				false,
			);
			return;
		}
		const opened = result.value;
		let failures = 0;
		let hasWorked = false;
		const table: SnapshotSource['table'] = async () => {
			const result = await opened.source.table();
			failures = result.ok ? 0 : failures + 1;
			hasWorked ||= result.ok;
			if (result.ok && hasFailedOver) {
				hasFailedOver = false;
				retryDelayMs = retryMs;
				notify('info', 'ss works again');
			}
			return result;
		};
		let isAbandoned = false;
		startSource(opened, {...opened.source, table}, failure => {
			if (isAbandoned) return;
			if (failure.permanent || !hasWorked || failures >= maxFailures) {
				isAbandoned = true;
				void failOverToProc(failure, opened.pid(), failure.missingTool === null);
			} else notify('warn', `a look at the kernel failed: ${failure.reason}`);
		});
	};

	const failOverToProc = async (
		failure: ShellFailure,
		pid: number | null,
		mayRecover: boolean,
	): Promise<void> => {
		const previous = current;
		// While the helper shell still runs: it may be the only process there.
		const opened = await openProc(pid);
		await previous?.close();
		if (stopped) {
			if (opened.ok) await opened.value.close();
			return;
		}
		if (opened.ok) {
			if (!hasFailedOver) onFailover(failure);
			startSource(opened.value, opened.value.source, ({reason}) =>
				notify('warn', `a look at the kernel failed: ${reason}`),
			);
		} else {
			current = null;
			onUnavailable([...new Set([failure.reason, opened.reason])].join('; '));
		}
		hasFailedOver = true;
		if (!mayRecover) return;
		timer = setTimeout(async () => {
			const closing = current;
			current = null;
			await closing?.close();
			if (!stopped) startSs();
		}, retryDelayMs);
		retryDelayMs = Math.min(retryDelayMs * 2, maxRetryMs);
	};

	startSs();
	return async () => {
		stopped = true;
		clearTimeout(timer);
		await current?.close();
	};
};
