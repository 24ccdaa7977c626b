/** Bounds of the model. What goes over them is counted, and said in the screen's header and the summary. */
export type Limits = {
	/** Rows at most; sockets beyond are counted as not shown. */
	rows: number;
	/** Closed rows at most; the oldest go first. */
	closedRows: number;
	/** Closed rows beyond those, at most, whose last counters the kernel may still tell. */
	rowsAwaitingDestroy: number;
	/** For how long they are waited for. */
	awaitDestroyMs: number;
	/** Closed listeners that stay for the sake of their connections, at most; beyond, they age as all others do. */
	closedListeners: number;
	/** How long a closed row stays. */
	closedForMs: number;
	/** How long a closed row stays whose socket the kernel still has. */
	lingeringForMs: number;
	processes: number;
	notices: number;
	routes: number;
	/** Rows whose last minute is remembered, at most. */
	histories: number;
	/** Looks at the kernel's table that may miss a socket before it counts as gone. */
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
