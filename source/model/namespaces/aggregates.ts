/** The sums beside the rows: for each network namespace, and for each listener. */
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
	// Includes closed clients in the table: most ephemeral ports are used up in TIME-WAIT.
	const visitNext = createRoundRobin(
		rows,
		entry => {
			if (entry.row.role === 'listener') acceptQueues.trackListener(entry);
			else summaries.trackPeer(entry.row);
		},
		summaries.endRound,
	);
	/** Rows still to visit, by the number of sockets in snapshots. */
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
			// Visits each row about once a snapshot, for any size of its parts.
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
			// The first snapshots are small, and their result is shown at once.
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
