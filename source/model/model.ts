import type {DiagnosisEvent} from '../domain/diagnosis/diagnosis.ts';
import type {ModelInput} from '../domain/events.ts';
import type {KernelQuery} from '../domain/kernel.ts';
import type {RouteQuery} from '../domain/route.ts';
import type {Notice, Row, Stage} from '../domain/row.ts';
import type {ModelView} from '../domain/view/model-view.ts';
import type {KernelTotals} from './namespaces/namespace-summary.ts';
import type {StepEvent} from './table/step-log.ts';

/** What happened since it was last taken. */
export type Changes = {
	changed: ReadonlySet<Row>;
	removedIds: readonly string[];
	steps: readonly StepEvent[];
	diagnoses: readonly DiagnosisEvent[];
	/** What the model itself has to say, beside what it was told. */
	notices: readonly Notice[];
};
/** Counts over the whole session, also of rows that have left the table. */
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
	/** Destinations that the rows want a route for, each told once until it is answered. */
	takeRouteQueries(): RouteQuery[];
	/** Somebody listens on a watched listener's port, and nobody has told who. */
	readonly hasUnidentifiedListeners: boolean;
	/** What the rows of a namespace want to be asked of the kernel now. */
	kernelQuery(netns: string): KernelQuery;
	readonly totals: Totals;
	/** Sockets and processes that found no place in the tables, and steps that nobody took. */
	readonly notShown: number;
	/** Sockets that could not be held until it was known whose they are: too many came in a short time. */
	readonly pendingDropped: number;
};
