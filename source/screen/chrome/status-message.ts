/** What the screen says to the last key, in the footer. Pure. */
import {sanitize} from '../../text/sanitize.ts';
import {cutLine, type Line} from '../lines/segments.ts';
import type {State} from '../state/state.ts';

/** How long it stands, unless another key comes before. */
const shownMs = 10_000;

/**
 * @param now ms since the epoch
 * @returns null where there is nothing to say, or where it was said a while ago
 */
export const saidLine = ({said}: Pick<State, 'said'>, now: number, width: number): Line | null =>
	said === null || now - said.at >= shownMs
		? null
		: cutLine([{text: sanitize(said.text), tone: said.tone}], width);
