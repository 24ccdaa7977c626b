/** Maps a key in its mode to an action. The only side effects are requests to the owner. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import {commands, type Effects, editAction, type KeyContext} from '../commands/index.ts';
import type {Frame} from '../frame/types.ts';
import type {KeyPress} from '../keys/key-names.ts';
import {changesModel, commandFor} from '../keys/keys.ts';
import {shownFindings, takePausedSnapshot} from '../state/paused.ts';
import {type Action, type Mode, modeOf, type State} from '../state/state.ts';
import type {ScreenData} from './screen-data.ts';

export type KeySource = {
	state: State;
	data: ScreenData;
	frame: Frame;
	model: ModelView;
	output: OutputView;
	effects: Effects;
	/** Wall clock, ms since the epoch. */
	now(): number;
};

export type KeyResult = {
	/** null leaves the state unchanged. */
	action: Action | null;
	/** The command requested a change of the model from the owner. */
	hasModelChanged: boolean;
};

/** The modes in which characters are text, not commands. */
const textInputModes: ReadonlySet<Mode> = new Set(['filter', 'search']);

export const pressKey = (key: KeyPress, source: KeySource): KeyResult => {
	const {state} = source;
	const mode = modeOf(state);
	const command = commandFor(mode, key.name);
	if (command) {
		const action = commands[command](commandContextOf(source));
		return {action, hasModelChanged: changesModel(command)};
	}
	// Any other key cancels a confirmation.
	if (mode === 'forget') return {action: {type: 'back'}, hasModelChanged: false};
	return {action: key.text === null ? null : insertText(state, key.text), hasModelChanged: false};
};

/** Inserts text into an open prompt; elsewhere text is dropped, so that a paste never runs commands. */
export const insertText = (state: State, text: string): Action | null =>
	textInputModes.has(modeOf(state)) ? editAction(state, {type: 'insert', text}) : null;

const commandContextOf = ({
	state,
	data: {visible, findingItems, detail, openFinding},
	frame,
	model,
	output,
	effects,
	now,
}: KeySource): KeyContext => ({
	state,
	mode: modeOf(state),
	visible,
	scroll: frame.scroll,
	detailLayout: frame.detailLayout,
	findingItems,
	openFinding: openFinding?.diagnosis ?? null,
	rowOf: id => (state.paused ? state.paused.rows.find(row => row.id === id) : model.rows.get(id)) ?? null,
	detailRow: detail?.row ?? null,
	findings: shownFindings(state, model),
	rows: () => state.paused?.rows ?? model.rows.values(),
	now: visible.takenAt,
	wallClock: now(),
	isRunning: model.session.ended === null,
	showsAll: model.showsAll,
	takeSnapshot: () => takePausedSnapshot(model, output, now()),
	effects,
});
