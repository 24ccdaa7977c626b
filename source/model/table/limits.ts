/**
 * Limits of the model. All excess is counted; the screen's header and the summary show the counts.
 */
export type Limits = {
	/** Maximum of rows; further sockets count as not shown. */
	rows: number;
	/** Maximum of closed rows; the oldest are removed first. */
	closedRows: number;
	/** Additional closed rows whose destroy event is still due. */
	rowsAwaitingDestroy: number;
	/** How long a destroy event is waited for. */
	awaitDestroyMs: number;
	/** Closed listeners that stay because of their connections; above this, they expire like all others. */
	closedListeners: number;
	/** Retention of a closed row. */
	closedForMs: number;
	/** Retention of a closed row whose socket the kernel still has. */
	lingeringForMs: number;
	processes: number;
	notices: number;
	routes: number;
	/** Maximum of rows with a history. */
	histories: number;
	/** Consecutive snapshots without a socket after which it counts as gone. */
	missedSnapshots: number;
};

export const defaultLimits: Limits = {
	rows: 100_000,
	closedRows: 2000,
	rowsAwaitingDestroy: 10_000,
	awaitDestroyMs: 2000,
	closedListeners: 100,
	closedForMs: 10_000,
	lingeringForMs: 60_000,
	processes: 512,
	notices: 100,
	routes: 4096,
	histories: 20_000,
	missedSnapshots: 2,
};
