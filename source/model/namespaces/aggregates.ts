/** The sums beside the rows: of each network namespace, and of each listener. */
import {type AcceptQueues, createAcceptQueues} from '../listeners/accept-queues.ts';
import {createRefusedPorts, type RefusedPorts} from '../listeners/refused-ports.ts';
import {createRoundRobin, minSliceSize} from '../table/round-robin.ts';
import type {Rows} from '../table/rows.ts';
import {createKernelSummaries, type KernelSummaries} from './namespace-summary.ts';

export type Aggregates = Omit<AcceptQueues, 'trackListener'> &
	Omit<KernelSummaries, 'endSnapshot' | 'endRound' | 'somaxconn'> & {
		readonly refusedPorts: RefusedPorts;
	};

export function createAggregates(rows: Rows): Aggregates {
	const summaries = createKernelSummaries();
	const acceptQueues = createAcceptQueues(rows, summaries.somaxconn);
	const refusedPorts = createRefusedPorts();
	// Closed clients are told as long as they are in the table: most ephemeral ports are used up in TIME-WAIT.
	const visitNext = createRoundRobin(
		rows,
		entry => {
			if (entry.row.role === 'listener') acceptQueues.trackListener(entry);
			else summaries.trackPeer(entry.row);
		},
		summaries.endRound,
	);
	/** Sockets of which as many rows are still to be visited. */
	let pendingVisits = 0;
	return {
		...summaries,
		...acceptQueues,
		refusedPorts,
		record(entry, record) {
			acceptQueues.record(entry, record);
			refusedPorts.record(entry.row, record);
		},
		addPart(part) {
			// Each row about once a look, whatever the size of its parts.
			if (part.kind === 'table') pendingVisits += part.sockets.length;
			if (pendingVisits >= minSliceSize) {
				visitNext(pendingVisits);
				pendingVisits = 0;
			}
			summaries.addPart(part);
			acceptQueues.addPart(part);
			refusedPorts.addPart(part);
		},
		endSnapshot(end, owners) {
			// The first looks are at small tables, and what they have shown is to be told at once.
			if (end.kind === 'table') {
				visitNext(pendingVisits);
				pendingVisits = 0;
			}
			summaries.endSnapshot(end);
			acceptQueues.endSnapshot(end, owners);
			refusedPorts.endSnapshot(end);
		},
		tick(now) {
			const summariesChanged = summaries.tick(now);
			const queuesChanged = acceptQueues.tick(now);
			return summariesChanged || queuesChanged;
		},
	};
}
