import type {Row} from './row.ts';

/** Copies rows, because the model changes them in place: a paused picture must not move. */
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
