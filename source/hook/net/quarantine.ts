import {reportOnce} from '../runtime/guard.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';

/** One socket with a getter that throws must not blind the hook to all others. */
export function quarantineSocket(context: Context, tracked: Tracked | undefined, error: unknown): void {
	if (tracked) {
		tracked.isExcluded = true;
		context.live.remove(tracked);
	}

	reportOnce('odd socket', 'a socket is left alone after an exception', error);
}
