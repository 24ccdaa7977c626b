/** What each key does, as a table from command to action. The only effects are those asked of the owner. */

import type {CommandId} from '../keys/keys.ts';
import type {State} from '../state/state.ts';
import {columnAfter, columnBefore, keepColumns, openColumns, resetColumns, toggleColumn} from './columns.ts';
import type {Command} from './context.ts';
import {copy} from './copy.ts';
import {openDetail, otherRow} from './detail.ts';
import {fold, goTo, otherFinding, silence, tell, unfold} from './findings.ts';
import {move} from './moving.ts';
import {exportRows, follow, forget, forgetThem} from './rows.ts';
import {completing, keep, typed, undo, walking} from './typing.ts';

export type {CommandContext, QuitChoice} from './context.ts';
export {typedAction, withFilter} from './typing.ts';

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
	detail: openDetail,
	times: ({shows}) => ({type: 'times', on: shows !== 'times'}),
	'finding-go': goTo,
	'finding-tell': tell,
	'finding-before': context => otherFinding(context, -1),
	'finding-after': context => otherFinding(context, 1),
	fold,
	unfold,
	silence,
	filter: () => ({type: 'filter-open'}),
	'filter-keep': keep,
	'filter-back': undo,
	'filter-older': walking(-1),
	'filter-newer': walking(1),
	complete: completing(1),
	'complete-before': completing(-1),
	sort: () => ({type: 'sort-open'}),
	'sort-before': () => ({type: 'sort-step', by: -1}),
	'sort-after': () => ({type: 'sort-step', by: 1}),
	'sort-keep': () => ({type: 'sort-keep'}),
	columns: openColumns,
	copy,
	export: exportRows,
	follow,
	forget,
	'forget-yes': forgetThem,
	'column-toggle': toggleColumn,
	'column-before': columnBefore,
	'column-after': columnAfter,
	'columns-reset': resetColumns,
	'columns-keep': keepColumns,
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
	search: ({state, scroll}) => ({type: 'search-open', end: state.paused?.outputEnd ?? scroll.count}),
	'search-keep': () => ({type: 'search-keep'}),
	'search-next': () => ({type: 'search-step', by: 'next'}),
	'search-before': () => ({type: 'search-step', by: 'before'}),
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
	suspend: ({effects}) => {
		effects.suspend();
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
