import {reportOnce} from '../runtime/guard.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';

/** Excludes a socket whose getter throws, so that the hook keeps observing all others. */
export function quarantineSocket(context: Context, tracked: Tracked | undefined, error: unknown): void {
	if (tracked) {
		tracked.isExcluded = true;
		context.live.remove(tracked);
	}

	reportOnce('odd socket', 'a socket is left alone after an exception', error);
}
