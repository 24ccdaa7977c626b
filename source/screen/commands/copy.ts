/** Copies the row or the finding in focus. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';
import {findingText} from '../clipboard/finding-text.ts';
import {rowText} from '../clipboard/row-text.ts';
import {isListTab} from '../state/basics.ts';
import type {KeyCommand, KeyContext} from './context.ts';
import {chosenFinding} from './findings.ts';
import {chosenSelection} from './rows.ts';
import {showMessage} from './say.ts';

export const copyChosen: KeyCommand = context => {
	const text = copiedText(context);
	return text === null
		? showMessage(context, 'there is nothing to copy', 'waiting')
		: showMessage(context, context.effects.copyText(text));
};

const copiedText = (context: KeyContext): string | null => {
	const {now, state} = context;
	if (isListTab(state.tab)) {
		const row = state.detail === null ? chosenVisibleRow(context) : context.detailRow;
		return row && rowText(row, activeFindingsOf(row, context), now);
	}
	const finding = context.openFinding ?? chosenFinding(context);
	return finding && findingText(finding, now);
};

const chosenVisibleRow = (context: KeyContext): Row | null => {
	const selection = chosenSelection(context);
	return selection && (context.visible.rows[selection.index] ?? null);
};

const activeFindingsOf = ({id}: Row, {findings}: KeyContext): Diagnosis[] =>
	[...findings.list.values()].filter(finding => finding.id === id && finding.clearedAt === null);
