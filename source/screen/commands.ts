/** What each key does, as a table from command to action. The only effects are those asked of the owner. */
import {type Filter, filterLimit, parseFilter} from '../model/filter/index.ts';
import type {DetailShows} from './detail-body.ts';
import {beginsWord} from './filter-word.ts';
import {type FindingContext, fold, goTo, otherFinding, silence, tell, unfold} from './finding-commands.ts';
import type {Scroll} from './frame.ts';
import type {CommandId} from './keys.ts';
import {type Edit, edit} from './line-edit.ts';
import {isShown, type Picture, selectAt} from './picture.ts';
import {type Action, type Frozen, listOf, type Mode, type Selection, type State} from './state.ts';

export type QuitChoice = 'end' | 'leave';

export type CommandContext = FindingContext & {
	mode: Mode;
	picture: Picture;
	scroll: Scroll;
	/** What a detail has above its steps. */
	shows: DetailShows;
	/** The command has not ended. */
	running: boolean;
	/** Sockets of no watched process are rows, too. */
	showsAll: boolean;
	freeze(): Frozen;
	effects: FindingContext['effects'] & {
		interrupt(): void;
		quit(choice: QuitChoice): void;
		redraw(): void;
		showAll(on: boolean): void;
	};
};

type Command = (context: CommandContext) => Action | null;

/** How far a key moves: by so many, by pages, or to an end. */
type Move = {by: number} | {pages: number} | {to: 'first' | 'last'};

const move =
	(how: Move): Command =>
	context =>
		movers[context.mode](context, how);

const typed =
	(change: Edit): Command =>
	({state}) =>
		typedAction(state, change);

const tab =
	(id: State['tab']): Command =>
	() => ({type: 'tab', tab: id});

export const commands: Record<CommandId, Command> = {
	up: move({by: -1}),
	down: move({by: 1}),
	'page-up': move({pages: -1}),
	'page-down': move({pages: 1}),
	first: move({to: 'first'}),
	last: move({to: 'last'}),
	'shift-left': () => ({type: 'output-shift', by: -20}),
	'shift-right': () => ({type: 'output-shift', by: 20}),
	'row-before': context => otherRow(context, -1),
	'row-after': context => otherRow(context, 1),
	detail: ({state, picture}) => {
		const {selected, top} = listOf(state);
		const chosen = shownSelection(selected, picture) ?? selectAt(picture.rows, selected?.index ?? top);
		return chosen && {type: 'detail-open', selection: chosen};
	},
	times: ({shows}) => ({type: 'times', on: shows !== 'times'}),
	'finding-go': goTo,
	'finding-tell': tell,
	'finding-before': context => otherFinding(context, -1),
	'finding-after': context => otherFinding(context, 1),
	fold,
	unfold,
	silence,
	filter: () => ({type: 'filter-open'}),
	'filter-keep': ({state}) => keepAction(state),
	sort: () => ({type: 'sort-open'}),
	'sort-before': () => ({type: 'sort-step', by: -1}),
	'sort-after': () => ({type: 'sort-step', by: 1}),
	'sort-keep': () => ({type: 'sort-keep'}),
	reverse: () => ({type: 'sort-reverse'}),
	pause: ({state, freeze}) => (state.paused ? {type: 'resume'} : {type: 'pause', frozen: freeze()}),
	closed: () => ({type: 'closed-toggle'}),
	all: ({showsAll, effects}) => {
		effects.showAll(!showsAll);
		return null;
	},
	back: () => ({type: 'back'}),
	'tab-next': () => ({type: 'tab-step', by: 1}),
	'tab-before': () => ({type: 'tab-step', by: -1}),
	'tab-connections': tab('connections'),
	'tab-listeners': tab('listeners'),
	'tab-diagnoses': tab('diagnoses'),
	'tab-routes': tab('routes'),
	'tab-processes': tab('processes'),
	'tab-output': tab('output'),
	help: ({mode}) => (mode === 'help' ? {type: 'back'} : {type: 'help-open'}),
	quit: ({running, effects}) => {
		if (running) return {type: 'quit-ask'};
		effects.quit('end');
		return null;
	},
	'quit-end': ({effects}) => {
		effects.quit('end');
		return null;
	},
	'quit-leave': ({effects}) => {
		effects.quit('leave');
		return null;
	},
	interrupt: ({running, effects}) => {
		if (running) effects.interrupt();
		else effects.quit('end');
		return null;
	},
	redraw: ({effects}) => {
		effects.redraw();
		return null;
	},
	'delete-before': typed({type: 'delete-before'}),
	'delete-after': typed({type: 'delete-after'}),
	'delete-word': typed({type: 'delete-word'}),
	'delete-line': typed({type: 'delete-line'}),
	'cursor-left': typed({type: 'left'}),
	'cursor-right': typed({type: 'right'}),
	'cursor-start': typed({type: 'start'}),
	'cursor-end': typed({type: 'end'}),
};

/** @returns the action of an edit of the filter: the text is understood anew whenever it changed */
export const typedAction = ({filter}: State, change: Edit): Action | null => {
	const line = edit(filter.line, change, filterLimit);
	if (line === filter.line) return null;
	if (line.text === filter.line.text) {
		return {type: 'filter-typed', line, filter: filter.good, problem: filter.problem};
	}
	const parsed = parseFilter(line.text);
	if (!parsed.ok) return {type: 'filter-typed', line, filter: null, problem: parsed};
	const begun = beginsWord(line);
	const effective = begun ? understood(begun.before) : parsed.filter;
	return {type: 'filter-typed', line, filter: effective, problem: null};
};

const understood = (text: string): Filter | null => {
	const parsed = parseFilter(text);
	return parsed.ok ? parsed.filter : null;
};

/** The text as it stands becomes the filter, if it is understood. */
export const keepAction = ({filter}: State): Action => ({
	type: 'filter-keep',
	filter: understood(filter.line.text),
});

type Mover = (context: CommandContext, how: Move) => Action | null;

const nowhere: Mover = () => null;

const listMover: Mover = ({state, picture, scroll}, how) => {
	const {selected, top} = listOf(state);
	const from = selected?.index ?? top;
	// Where no row in sight is chosen, the first move chooses one.
	const first = 'by' in how && shownSelection(selected, picture) === null;
	const index = first ? from : target(from, how, scroll, scroll.count - 1);
	return {type: 'select', selection: selectAt(picture.rows, index), top};
};

const movers: Record<Mode, Mover> = {
	connections: listMover,
	listeners: listMover,
	diagnoses: ({state, findings, scroll}, how) => {
		const {selected} = state.findings;
		const index =
			selected === null && 'by' in how
				? scroll.top
				: target(selected?.index ?? 0, how, scroll, scroll.count - 1);
		return {type: 'finding-select', selection: selectAt(findings, index)};
	},
	finding: ({scroll}, how) => ({type: 'finding-scroll', top: scrolled(scroll, how)}),
	routes: ({scroll}, how) => ({type: 'routes-scroll', top: scrolled(scroll, how)}),
	detail: ({scroll}, how) => ({type: 'detail-scroll', top: scrolled(scroll, how)}),
	help: ({scroll}, how) => ({type: 'help-scroll', top: scrolled(scroll, how)}),
	processes: ({scroll}, how) => ({type: 'processes-scroll', top: scrolled(scroll, how)}),
	output: ({scroll}, how) => {
		const top = scrolled(scroll, how);
		// At the newest line the output is followed again.
		return {type: 'output-scroll', top: top >= scroll.count - scroll.page ? null : top};
	},
	filter: nowhere,
	sort: nowhere,
	quit: nowhere,
};

const shownSelection = (selected: Selection | null, {rows}: Picture): Selection | null =>
	selected && isShown(selected, rows) ? selected : null;

const scrolled = (scroll: Scroll, how: Move): number =>
	target(scroll.top, how, scroll, scroll.count - scroll.page);

const target = (from: number, how: Move, {page}: Scroll, last: number): number => {
	if ('to' in how) return how.to === 'first' ? 0 : Math.max(0, last);
	const wanted = from + ('by' in how ? how.by : how.pages * Math.max(1, page - 1));
	return Math.max(0, Math.min(wanted, last));
};

/** The detail of the row above or below; where the row is gone, of the one that took its place. */
const otherRow = ({state, picture}: CommandContext, by: number): Action | null => {
	const {detail} = state;
	const {selected} = listOf(state);
	if (selected === null) return null;
	const other = selectAt(picture.rows, selected.id === detail?.id ? selected.index + by : selected.index);
	return other && {type: 'detail-open', selection: other};
};
