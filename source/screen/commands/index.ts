/** Table from command to action. The only side effects are requests to the owner. */

import type {CommandId} from '../keys/keys.ts';
import type {State} from '../state/state.ts';
import {
	moveColumnLeft,
	moveColumnRight,
	openColumns,
	resetColumns,
	saveColumns,
	toggleColumn,
} from './columns.ts';
import type {KeyCommand} from './context.ts';
import {copyChosen} from './copy.ts';
import {openAdjacentRow, openDetail} from './detail.ts';
import {fold, goToFinding, openAdjacentFinding, openFindingPane, toggleSilenced, unfold} from './findings.ts';
import {move} from './moving.ts';
import {askForgetRows, confirmForgetRows, exportRows, toggleFollow} from './rows.ts';
import {completeFilter, editInput, keepFilter, stepFilterHistory, undoFilterInput} from './typing.ts';

export type {Effects, KeyContext, QuitChoice} from './context.ts';
export {editAction, withInitialFilter} from './typing.ts';

const tab =
	(id: State['tab']): KeyCommand =>
	() => ({type: 'tab', tab: id});

export const commands: Record<CommandId, KeyCommand> = {
	up: move({by: -1}),
	down: move({by: 1}),
	'page-up': move({pages: -1}),
	'page-down': move({pages: 1}),
	first: move({to: 'first'}),
	last: move({to: 'last'}),
	'shift-left': () => ({type: 'output-shift', by: -20}),
	'shift-right': () => ({type: 'output-shift', by: 20}),
	'row-before': context => openAdjacentRow(context, -1),
	'row-after': context => openAdjacentRow(context, 1),
	detail: openDetail,
	waterfall: ({detailLayout}) => ({type: 'waterfall', on: detailLayout !== 'waterfall'}),
	'finding-go': goToFinding,
	'finding-tell': openFindingPane,
	'finding-before': context => openAdjacentFinding(context, -1),
	'finding-after': context => openAdjacentFinding(context, 1),
	fold,
	unfold,
	silence: toggleSilenced,
	filter: () => ({type: 'filter-open'}),
	'filter-keep': keepFilter,
	'filter-back': undoFilterInput,
	'filter-older': stepFilterHistory(-1),
	'filter-newer': stepFilterHistory(1),
	complete: completeFilter(1),
	'complete-before': completeFilter(-1),
	sort: () => ({type: 'sort-open'}),
	'sort-before': () => ({type: 'sort-step', by: -1}),
	'sort-after': () => ({type: 'sort-step', by: 1}),
	'sort-keep': () => ({type: 'sort-keep'}),
	columns: openColumns,
	copy: copyChosen,
	export: exportRows,
	follow: toggleFollow,
	forget: askForgetRows,
	'forget-yes': confirmForgetRows,
	'column-toggle': toggleColumn,
	'column-before': moveColumnLeft,
	'column-after': moveColumnRight,
	'columns-reset': resetColumns,
	'columns-keep': saveColumns,
	reverse: () => ({type: 'sort-reverse'}),
	pause: ({state, takeSnapshot}) =>
		state.paused ? {type: 'resume'} : {type: 'pause', snapshot: takeSnapshot()},
	closed: () => ({type: 'closed-toggle'}),
	all: ({showsAll, effects}) => {
		effects.showAllSockets(!showsAll);
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
	quit: ({isRunning, effects}) => {
		if (isRunning) return {type: 'quit-ask'};
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
	interrupt: ({isRunning, effects}) => {
		if (isRunning) effects.interrupt();
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
	'delete-before': editInput({type: 'delete-before'}),
	'delete-after': editInput({type: 'delete-after'}),
	'delete-word': editInput({type: 'delete-word'}),
	'delete-line': editInput({type: 'delete-line'}),
	'cursor-left': editInput({type: 'left'}),
	'cursor-right': editInput({type: 'right'}),
	'cursor-start': editInput({type: 'start'}),
	'cursor-end': editInput({type: 'end'}),
};
