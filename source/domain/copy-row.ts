import type {Row} from './row.ts';

/** Copies rows for a paused snapshot: the model changes its rows in place. */
export const copyRows = (source: Iterable<Row>): readonly Row[] => Array.from(source, copyRow);

export const copyRow = (row: Row): Row => ({
	...row,
	process: row.process && {...row.process},
	kernel: row.kernel && {...row.kernel},
	route: row.route && {...row.route},
	connections: row.connections && {...row.connections},
	acceptQueue: row.acceptQueue && {...row.acceptQueue},
	steps: [...row.steps],
});
