/** The sums beside the rows: of each network namespace, and of each listener. */
import {type Accepting, createAccepting} from '../listeners/accept-queues.ts';
import {createRefusedPorts, type RefusedPorts} from '../listeners/refused-ports.ts';
import {createCensus, leastVisited} from '../table/round-robin.ts';
import type {Rows} from '../table/rows.ts';
import {createKernelSummaries, type KernelSummaries} from './namespace-summary.ts';

export type Accounting = Omit<Accepting, 'lives'> &
	Omit<KernelSummaries, 'end' | 'allConnected' | 'somaxconn'> & {
		readonly refusedPorts: RefusedPorts;
	};

export function createAccounting(rows: Rows): Accounting {
	const summaries = createKernelSummaries();
	const accepting = createAccepting(rows, summaries.somaxconn);
	const refusedPorts = createRefusedPorts();
	// Closed clients are told as long as they are in the table: most ephemeral ports are used up in TIME-WAIT.
	const census = createCensus(
		rows,
		entry => {
			if (entry.row.role === 'listener') accepting.lives(entry);
			else summaries.connects(entry.row);
		},
		summaries.allConnected,
	);
	/** Sockets of which as many rows are still to be visited. */
	let owed = 0;
	return {
		...summaries,
		...accepting,
		refusedPorts,
		record(entry, record) {
			accepting.record(entry, record);
			refusedPorts.record(entry.row, record);
		},
		part(part) {
			// Each row about once a look, whatever the size of its parts.
			if (part.look === 'table') owed += part.sockets.length;
			if (owed >= leastVisited) {
				census(owed);
				owed = 0;
			}
			summaries.part(part);
			accepting.part(part);
			refusedPorts.part(part);
		},
		end(end, owners) {
			// The first looks are at small tables, and what they have shown is to be told at once.
			if (end.look === 'table') {
				census(owed);
				owed = 0;
			}
			summaries.end(end);
			accepting.end(end, owners);
			refusedPorts.end(end);
		},
		tick: now => [summaries.tick(now), accepting.tick(now)].includes(true),
	};
}
