import type {KernelCounters} from '../../domain/kernel.ts';
import type {Notice} from '../../domain/row.ts';
import type {Parsed} from '../../shared/result.ts';
import type {ShellFailure} from '../child/shell.ts';
import {startLooks} from './poll-loop.ts';
import type {LookSource} from './snapshot-source.ts';

/** A source that is being used. */
export type OpenSource = {
	source: LookSource;
	/** A process of the namespace that was started for it, while it runs. */
	pid: () => number | null;
	close: () => Promise<void>;
};

export type SourcesOptions = {
	/** Least time between two looks at the table, in ms. */
	intervalMs: number;
	/** With ss; a refusal says why the namespace cannot be entered. */
	openSs: () => Parsed<OpenSource>;
	/** By /proc, through a process that was started in the namespace, or null where there is none. */
	openProc: (pid: number | null) => Promise<Parsed<OpenSource>>;
	onCounters: (counters: KernelCounters) => void;
	/** Said when ss is given up, once. */
	onLoss: (failure: ShellFailure) => void;
	/** There is no source at all. */
	onEnd: (reason: string) => void;
	say: (level: Notice['level'], message: string) => void;
	/** First time until ss is tried again, in ms; then twice as long each time, up to ten minutes. */
	retryMs?: number;
};

/** Failures of the table in a row, after which an ss that has worked is given up; one that has not, at once. */
const patience = 3;
const longestRetryMs = 600_000;

/**
 * Looks with ss; where it is missing, or does not work, by /proc. What is missing stays so. What fails may pass: it is
 * tried again.
 *
 * @returns Ends it. Resolves when its helpers are gone.
 */
export const startSources = (options: SourcesOptions): (() => Promise<void>) => {
	const {intervalMs, openSs, openProc, onCounters, onLoss, onEnd, say, retryMs = 60_000} = options;
	let over = false;
	let current: {close: () => Promise<void>} | null = null;
	let timer: NodeJS.Timeout | undefined;
	let untilRetry = retryMs;
	let lost = false;

	const use = (opened: OpenSource, source: LookSource, onFailure: (failure: ShellFailure) => void): void => {
		const end = startLooks(source, {intervalMs, onCounters, onFailure});
		current = {
			close: async () => {
				end();
				await opened.close();
			},
		};
	};

	const bySs = (): void => {
		const answer = openSs();
		if (!answer.ok) {
			void byProc({ok: false, reason: answer.reason, final: true, missing: null}, null, false);
			return;
		}
		const opened = answer.value;
		let failures = 0;
		let hasWorked = false;
		const table: LookSource['table'] = async () => {
			const seen = await opened.source.table();
			failures = seen.ok ? 0 : failures + 1;
			hasWorked ||= seen.ok;
			if (seen.ok && lost) {
				lost = false;
				untilRetry = retryMs;
				say('info', 'ss works again');
			}
			return seen;
		};
		let isGivenUp = false;
		use(opened, {...opened.source, table}, failure => {
			if (isGivenUp) return;
			if (failure.final || !hasWorked || failures >= patience) {
				isGivenUp = true;
				void byProc(failure, opened.pid(), failure.missing === null);
			} else say('warn', `a look at the kernel failed: ${failure.reason}`);
		});
	};

	const byProc = async (failure: ShellFailure, pid: number | null, mayPass: boolean): Promise<void> => {
		const before = current;
		// While the helper shell still runs: it may be the only process there.
		const opened = await openProc(pid);
		await before?.close();
		if (over) {
			if (opened.ok) await opened.value.close();
			return;
		}
		if (opened.ok) {
			if (!lost) onLoss(failure);
			use(opened.value, opened.value.source, ({reason}) =>
				say('warn', `a look at the kernel failed: ${reason}`),
			);
		} else {
			current = null;
			onEnd([...new Set([failure.reason, opened.reason])].join('; '));
		}
		lost = true;
		if (!mayPass) return;
		timer = setTimeout(async () => {
			const last = current;
			current = null;
			await last?.close();
			if (!over) bySs();
		}, untilRetry);
		untilRetry = Math.min(untilRetry * 2, longestRetryMs);
	};

	bySs();
	return async () => {
		over = true;
		clearTimeout(timer);
		await current?.close();
	};
};
