/** "1 closed row", "12 closed rows" */

import type {Said} from '../state/basics.ts';
import type {Action} from '../state/state.ts';
import type {Tone} from '../theme/theme.ts';
import type {CommandContext} from './context.ts';

export const closedRows = (count: number): string => `${count} closed row${count === 1 ? '' : 's'}`;

export const say = (context: CommandContext, text: string, tone?: Tone): Action => ({
	type: 'say',
	said: said(context, text, tone),
});

export const said = ({time}: CommandContext, text: string, tone: Tone = 'plain'): Said => ({
	text,
	tone,
	at: time,
});
