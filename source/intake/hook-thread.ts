import type {Origin} from '../domain/events.ts';
import type {Frame} from '../wire/decode.ts';

/** A thread whose hook has sent a frame. */
export type HookThread = {
	origin: Origin;
	ended: boolean;
	sequence: number;
	/** When its newest frame was read, ms since the epoch. */
	heardAt: number;
	/** How many ms the clock of the process is ahead of netwatch's. */
	clockShiftMs: number;
	/** Its pid namespace is not netwatch's: what it says of pids and thread ids does not hold in /proc. */
	isForeign: boolean;
	/** The kernel's thread id of a worker, in netwatch's /proc. */
	tid: number | null;
	/** The last poll did not find the thread: its last records may not have been read yet. */
	wasMissing: boolean;
	/** The notice of dropped records has been given. */
	dropsReported: boolean;
};

export const createHookThread = (
	origin: Origin,
	given: Pick<HookThread, 'heardAt' | 'clockShiftMs' | 'isForeign'>,
): HookThread => ({
	origin,
	...given,
	ended: false,
	sequence: 0,
	tid: null,
	wasMissing: false,
	dropsReported: false,
});

export const senderKey = ({pid, thread, nonce}: Frame['sender']): string => `${pid}.${thread}.${nonce}`;
