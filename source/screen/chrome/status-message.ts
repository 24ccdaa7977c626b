/** The status message of the last key, in the footer. Pure. */
import {sanitize} from '../../text/sanitize.ts';
import {type Line, truncateLine} from '../lines/segments.ts';
import type {State} from '../state/state.ts';

/** Display time, unless another key comes first. */
const shownMs = 10_000;

/**
 * @param now ms since the epoch
 * @returns null without a message, and once it is older than `shownMs`
 */
export const statusMessageLine = (
	{statusMessage}: Pick<State, 'statusMessage'>,
	now: number,
	width: number,
): Line | null =>
	statusMessage === null || now - statusMessage.at >= shownMs
		? null
		: truncateLine([{text: sanitize(statusMessage.text), tone: statusMessage.tone}], width);
