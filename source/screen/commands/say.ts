/** "1 closed row", "12 closed rows" */

import type {StatusMessage} from '../state/basics.ts';
import type {Action} from '../state/state.ts';
import type {Tone} from '../theme/theme.ts';
import type {KeyContext} from './context.ts';

export const closedRowsText = (count: number): string => `${count} closed row${count === 1 ? '' : 's'}`;

export const showMessage = (context: KeyContext, text: string, tone?: Tone): Action => ({
	type: 'say',
	message: toStatusMessage(context, text, tone),
});

export const toStatusMessage = (
	{wallClock: time}: KeyContext,
	text: string,
	tone: Tone = 'plain',
): StatusMessage => ({
	text,
	tone,
	at: time,
});
