/** The facts that a rule may read, as of the current pass. */

import type {RuleFacts} from '../../domain/diagnosis/diagnosis.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Aggregates} from '../namespaces/aggregates.ts';
import type {Processes} from '../processes/processes.ts';
import type {Rows} from '../table/rows.ts';
import type {SocketIndex} from '../table/socket-index.ts';
import {createCachedQuery} from './cached-query.ts';

export type RuleFactsSources = Pick<ModelView, 'session' | 'interfaces'> & {
	now(): number;
	/** The number of the current pass. */
	currentPass(): number;
	rows: Rows;
	index: SocketIndex;
	processes: Processes;
	accounting: Pick<Aggregates, 'view' | 'refusedPorts'>;
};

export function createRuleFacts({
	now,
	currentPass,
	session,
	rows,
	index,
	processes,
	accounting,
	interfaces,
}: RuleFactsSources): RuleFacts {
	const facts: RuleFacts = {
		get now() {
			return now();
		},
		session,
		rows: rows.view,
		get processes() {
			return processes.list;
		},
		kernelSummaries: accounting.view,
		interfaces,
		listenerRowsOn(netns, port) {
			const namespace = netns === null ? undefined : index.namespace(netns);
			return listOf(namespace?.listeners.get(port)).map(({row}) => row);
		},
		listeningSocketsOn: accounting.refusedPorts.listenersOn,
		threadOf: ({proc, thread}) =>
			proc === null || thread === null ? null : (processes.find({proc, thread}) ?? null),
		cached: createCachedQuery(
			currentPass,
			() => rows.entries.size,
			() => facts,
		),
	};
	return facts;
}
