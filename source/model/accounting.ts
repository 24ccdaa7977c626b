/** The sums beside the rows: of each network namespace, and of each listener. */
import {type Accepting, createAccepting} from './accepting.ts';
import {createKernelSummaries, type KernelSummaries} from './kernel-summary.ts';
import type {Rows} from './rows.ts';

export type Accounting = Accepting & Omit<KernelSummaries, 'end'>;

export function createAccounting(rows: Rows): Accounting {
	const summaries = createKernelSummaries();
	const accepting = createAccepting(rows);
	return {
		...summaries,
		...accepting,
		part(part) {
			summaries.part(part);
			accepting.part(part);
		},
		end(end, owners) {
			summaries.end(end, rows.view.values());
			accepting.end(end, owners);
		},
	};
}
