/** The notice that the footer shows. Pure. */
import type {Notice} from '../../domain/row.ts';

/** Display time of a notice in the footer, unless a key dismisses it. */
const shownMs = 10_000;

/**
 * @param dismissedNotice the newest notice that a key has dismissed
 * @param now ms since the epoch
 * @returns the newest notice; null where it is old or dismissed
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
