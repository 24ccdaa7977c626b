/** Which notice the footer shows now. Pure. */
import type {Notice} from '../../domain/row.ts';

/** Display time of a notice in the footer, unless a key dismisses it. */
const shownMs = 10_000;

/**
 * @param dismissedNotice the newest notice that a key has answered
 * @param now ms since the epoch
 * @returns the newest notice, unless it is old or answered
 */
export const currentNotice = (
	notices: readonly Notice[],
	dismissedNotice: Notice | null,
	now: number,
): Notice | null => {
	const newest = notices.at(-1);
	if (newest === undefined || now - newest.at >= shownMs) return null;
	return dismissedNotice !== null && newest.at <= dismissedNotice.at ? null : newest;
};
