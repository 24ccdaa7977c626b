/** Which notice the footer shows now. Pure. */
import type {Notice} from '../../domain/row.ts';

/** How long a notice stands in the footer, unless a key answers it. */
const shownMs = 10_000;

/**
 * @param dismissed the newest notice that a key has answered
 * @param now ms since the epoch
 * @returns the newest notice, unless it is old or answered
 */
export const currentNotice = (
	notices: readonly Notice[],
	dismissed: Notice | null,
	now: number,
): Notice | null => {
	const newest = notices.at(-1);
	if (newest === undefined || now - newest.at >= shownMs) return null;
	return dismissed !== null && newest.at <= dismissed.at ? null : newest;
};
