/** All that a rule may look at, as it is when it looks. */

import type {World} from '../../domain/diagnosis/diagnosis.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Aggregates} from '../namespaces/aggregates.ts';
import type {Processes} from '../processes/processes.ts';
import type {Rows} from '../table/rows.ts';
import type {SocketIndex} from '../table/socket-index.ts';
import {createOnce} from './cached-query.ts';

export type WorldParts = Pick<ModelView, 'session' | 'interfaces'> & {
	now(): number;
	/** The number of the look. */
	looks(): number;
	rows: Rows;
	index: SocketIndex;
	processes: Processes;
	accounting: Pick<Aggregates, 'view' | 'refusedPorts'>;
};

export function createWorld({
	now,
	looks,
	session,
	rows,
	index,
	processes,
	accounting,
	interfaces,
}: WorldParts): World {
	const world: World = {
		get now() {
			return now();
		},
		session,
		rows: rows.view,
		get processes() {
			return processes.list;
		},
		kernel: accounting.view,
		interfaces,
		listenersOn(netns, port) {
			const space = netns === null ? undefined : index.namespace(netns);
			return listOf(space?.listeners.get(port)).map(({row}) => row);
		},
		listeningOn: accounting.refusedPorts.listenersOn,
		processOf: ({proc, thread}) =>
			proc === null || thread === null ? null : (processes.find({proc, thread}) ?? null),
		once: createOnce(
			looks,
			() => rows.entries.size,
			() => world,
		),
	};
	return world;
}
