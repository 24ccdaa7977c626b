/** The paused snapshot: the part of the model that a pause keeps, and lookups in it. */

import {copyRows} from '../../domain/copy-row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {OpenFinding} from './open.ts';
import type {PausedSnapshot, State} from './state.ts';

/**
 * Takes a snapshot of the visible data.
 *
 * @param now ms since the epoch
 */
export const takePausedSnapshot = (model: ModelView, output: OutputView, now: number): PausedSnapshot => ({
	rows: copyRows(model.rows.values()),
	interfaces: new Map(model.interfaces),
	kernel: new Map(model.kernel),
	history: model.history.freeze(),
	findings: {
		list: new Map(model.diagnoses.list),
		counts: new Map([...model.diagnoses.counts].map(([rule, count]) => [rule, {...count}])),
		dropped: model.diagnoses.dropped,
	},
	version: model.version,
	takenAt: now,
	outputEnd: output.dropped + output.lines.length,
});

/** The findings; during a pause, those of the paused snapshot. */
export const shownFindings = ({paused}: State, {diagnoses}: ModelView): PausedSnapshot['findings'] =>
	paused?.findings ?? diagnoses;

/** The open finding stays available after it has left the list. */
export const resolveOpenFinding = (
	state: State,
	model: ModelView,
	previous: OpenFinding | null,
): OpenFinding | null => {
	const {open} = state.findings;
	if (open === null) return null;
	const diagnosis = shownFindings(state, model).list.get(open.key) ?? previous?.diagnosis;
	if (diagnosis?.key !== open.key) return null;
	const {id} = diagnosis;
	return {diagnosis, hasRow: id !== null && model.rows.has(id)};
};
