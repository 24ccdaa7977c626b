import type {KernelCounters} from '../../domain/kernel.ts';
import type {Notice} from '../../domain/row.ts';
import type {Result} from '../../shared/result.ts';
import type {ShellFailure} from '../child/shell.ts';
import {startPollLoop} from './poll-loop.ts';
import type {SnapshotSource} from './snapshot-source.ts';

/** A source in use. */
export type OpenSource = {
	source: SnapshotSource;
	/** A process that was started in the namespace for this source, while it runs. */
	pid: () => number | null;
	close: () => Promise<void>;
};

export type FailoverOptions = {
	/** Least time between two polls of the table, in ms. */
	intervalMs: number;
	/** Opens ss; a failure is the reason why the namespace cannot be entered. */
	openSs: () => Result<OpenSource>;
	/** Opens /proc through a process that was started in the namespace; null where there is none. */
	openProc: (pid: number | null) => Promise<Result<OpenSource>>;
	onCounters: (counters: KernelCounters) => void;
	/** Called once when ss is given up. */
	onFailover: (failure: ShellFailure) => void;
	/** There is no source at all. */
	onUnavailable: (reason: string) => void;
	notify: (level: Notice['level'], message: string) => void;
	/** Time until the first retry of ss, in ms; doubled each time, up to ten minutes. */
	retryMs?: number;
	/** Nothing has changed for a while: fewer polls are enough. Default: never. */
	isCalm?: () => boolean;
};

/** Failed table polls in a row after which an ss that has worked is given up; one that has not, at once. */
const maxFailures = 3;
const maxRetryMs = 600_000;

/**
 * Polls with ss; where it is missing or fails, by /proc. A missing ss is final. A failing one may recover,
 * and is tried again.
 *
 * @returns a function that stops the polls; resolves when the child processes are gone
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
		isCalm,
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
		const stopPolls = startPollLoop(source, {intervalMs, onCounters, onFailure, ...(isCalm && {isCalm})});
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
		// Opened while the shell still runs: it may be the only process in the namespace.
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
