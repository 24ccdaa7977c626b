/** What is copied: the row or the finding that is looked at. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';
import {findingText} from '../clipboard/finding-text.ts';
import {rowText} from '../clipboard/row-text.ts';
import {isListTab} from '../state/basics.ts';
import type {Command, CommandContext} from './context.ts';
import {chosenFinding} from './findings.ts';
import {chosenRow} from './rows.ts';
import {say} from './say.ts';

export const copy: Command = context => {
	const text = textOf(context);
	return text === null
		? say(context, 'there is nothing to copy', 'waiting')
		: say(context, context.effects.copy(text));
};

const textOf = (context: CommandContext): string | null => {
	const {now, state} = context;
	if (isListTab(state.tab)) {
		const row = state.detail === null ? rowInSight(context) : context.detailRow;
		return row && rowText(row, findingsOf(row, context), now);
	}
	const finding = context.finding ?? chosenFinding(context);
	return finding && findingText(finding, now);
};

const rowInSight = (context: CommandContext): Row | null => {
	const selection = chosenRow(context);
	return selection && (context.picture.rows[selection.index] ?? null);
};

const findingsOf = ({id}: Row, {found}: CommandContext): Diagnosis[] =>
	[...found.list.values()].filter(finding => finding.id === id && finding.clearedAt === null);
