import type {ModelInput} from '../domain/events.ts';
import type {KernelQuery} from '../domain/kernel.ts';
import type {Changes} from '../domain/output.ts';
import type {RouteQuery} from '../domain/route.ts';
import type {Row, Stage} from '../domain/row.ts';
import type {ModelView} from '../domain/view/model-view.ts';
import type {KernelTotals} from './namespaces/namespace-summary.ts';

/** Counts over the whole session, including removed rows. */
export type Totals = {
	rows: number;
	steps: number;
	byStage: ReadonlyMap<Stage, number>;
	byCode: ReadonlyMap<string, number>;
	kernel: Readonly<KernelTotals>;
};
export type Model = ModelView & {
	apply(input: ModelInput): void;
	takeChanges(): Changes;
	/** Route queries of the rows, each returned once until it is answered. */
	takeRouteQueries(): RouteQuery[];
	/** Whether a row of a process has, or had, the socket with this inode. */
	hasSocket(netns: string, inode: number): boolean;
	/** The route query of a row; null where it has none. */
	routeQueryOf(row: Row): RouteQuery | null;
	/** A watched listener shares its port with a socket of a still unknown process. */
	readonly hasUnidentifiedListeners: boolean;
	/** The current kernel queries of a namespace's rows. */
	kernelQuery(netns: string): KernelQuery;
	/** Grows with each change and each removal of a row. */
	readonly rowChangeCount: number;
	readonly totals: Totals;
	/** Sockets and processes that did not fit the tables, and steps dropped before they were taken. */
	readonly notShown: number;
	/** Sockets dropped before their rows were known: too many came in a short time. */
	readonly pendingDropped: number;
};
