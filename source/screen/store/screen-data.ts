/** The model's data on screen, cached between frames: rows, findings, alarms, and the open detail. */
import type {ModelView} from '../../domain/view/model-view.ts';
import {type AlarmTimes, noAlarms, updateAlarmTimes} from '../chrome/alarms.ts';
import {resolveDetailRow} from '../detail/detail-row.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {createVisibleRowsCache} from '../rows/visible-rows-cache.ts';
import {isListTab, type ListTab} from '../state/basics.ts';
import type {DetailRow, OpenFinding} from '../state/open.ts';
import {resolveOpenFinding, shownFindings} from '../state/paused.ts';
import {listOf, listTabOf, type State} from '../state/state.ts';
import {
	buildFindingItems,
	type FindingGroup,
	type FindingItem,
	groupByRule,
} from '../tabs/diagnoses/items.ts';

export type ScreenData = {
	readonly visible: VisibleRows;
	/** The lines of the diagnoses tab; empty while another tab is visible. */
	readonly findingItems: readonly FindingItem[];
	readonly alarms: AlarmTimes;
	readonly detail: DetailRow | null;
	readonly openFinding: OpenFinding | null;
	/** Duration of the last row query, in ms. */
	readonly queryMs: number;
};

/** Derives the data from model and state; each property is replaced, never mutated. */
export class ScreenDataStore implements ScreenData {
	readonly #model: ModelView;
	readonly #now: () => number;
	/** Each list keeps its order while the other one is visible. */
	readonly #caches: Readonly<Record<ListTab, ReturnType<typeof createVisibleRowsCache>>> = {
		connections: createVisibleRowsCache(),
		listeners: createVisibleRowsCache(),
	};
	#groups: readonly FindingGroup[] = [];
	visible: VisibleRows;
	findingItems: readonly FindingItem[] = [];
	alarms: AlarmTimes;
	detail: DetailRow | null = null;
	openFinding: OpenFinding | null = null;
	queryMs = 0;

	/** @param now wall clock, ms since the epoch */
	constructor(model: ModelView, state: State, now: () => number) {
		this.#model = model;
		this.#now = now;
		this.alarms = updateAlarmTimes(noAlarms, model, now());
		this.visible = this.#queryRows(state);
		this.#listFindings(state, true);
	}

	/** Refreshes after a change of the model, or of the clock. */
	refresh(state: State): void {
		this.alarms = updateAlarmTimes(this.alarms, this.#model, this.#now());
		if (!state.paused) this.visible = this.#queryRows(state);
		this.#listFindings(state, true);
	}

	/**
	 * Refreshes after a change of the state.
	 *
	 * @param hasModelChanged the action also changed a finding in the model
	 */
	update(before: State, after: State, hasModelChanged: boolean): void {
		if (isAnotherQuery(before, after)) this.visible = this.#queryRows(after);
		const mustRegroup = hasModelChanged || before.tab !== after.tab || before.paused !== after.paused;
		if (mustRegroup || before.findings !== after.findings) this.#listFindings(after, mustRegroup);
	}

	/** Finds the open row and finding; one that has left the model stays available. */
	resolveOpen(state: State): void {
		this.detail = resolveDetailRow(state, this.#model, this.detail);
		this.openFinding = resolveOpenFinding(state, this.#model, this.openFinding);
	}

	#queryRows(state: State): VisibleRows {
		const startedAt = performance.now();
		const visible = this.#caches[listTabOf(state)](state.paused?.rows ?? this.#model.rows, {
			filter: state.filter.activeFilter,
			list: isListTab(state.tab) ? state.tab : null,
			sort: listOf(state).sort,
			showClosed: state.showClosed,
			withDestinations: state.tab === 'routes',
			now: state.paused?.takenAt ?? this.#now(),
		});
		this.queryMs = performance.now() - startedAt;
		return visible;
	}

	#listFindings(state: State, mustRegroup: boolean): void {
		if (state.tab !== 'diagnoses') {
			this.findingItems = [];
			return;
		}
		const findings = shownFindings(state, this.#model);
		const {ignored} = this.#model.diagnoses;
		// Keys move through the same groups as the frame shows.
		if (mustRegroup) this.#groups = groupByRule(findings, ignored);
		const {folds, selected} = state.findings;
		this.findingItems = buildFindingItems({
			findings,
			groups: this.#groups,
			silencedRules: ignored,
			folds,
			selected: selected?.id ?? null,
		});
	}
}

const isAnotherQuery = (before: State, after: State): boolean =>
	before.filter.activeFilter !== after.filter.activeFilter ||
	before.tab !== after.tab ||
	listOf(before).sort !== listOf(after).sort ||
	before.showClosed !== after.showClosed ||
	before.paused !== after.paused;
