/** The first bytes of a connection in each direction, at the moment at which they are seen. */
import type {WatchedSocket} from '../runtime/node-internals.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {reportPendingSteps} from './report-connection.ts';

/** Node touches a socket's timer when it reads, and before it writes. */
export function noteFirstBytes(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	// A socket received with its connection has no role until the next tick.
	if (tracked.connectedAt === 0 && !tracked.accepted && tracked.role !== 'unknown') return;
	noteBytes(context, tracked, socket._handle?.bytesRead ?? 0, socket._writableState.length);
}

/** HTTP/2 reads and writes past its socket, whose timer is not touched: the handle's counters show the bytes. */
export function noteCountedBytes(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if ((tracked.firstIn !== 0 && tracked.firstOut !== 0) || socket.destroyed) return;
	if (tracked.connectedAt === 0 && !tracked.accepted) return;
	const {bytesRead = 0, bytesWritten = 0} = socket._handle ?? {};
	noteBytes(context, tracked, bytesRead, bytesWritten);
}

/** One time for both where both are new: which of them came first is not known. */
function noteBytes(context: Context, tracked: Tracked, inBytes: number, outBytes: number): void {
	const isIn = tracked.firstIn === 0 && inBytes > 0;
	const isOut = tracked.firstOut === 0 && outBytes > 0;
	if (isIn || isOut) {
		const age = tracked.ageUs();
		if (isIn) {
			tracked.firstIn = age;
			tracked.firstInBytes = inBytes;
		}

		if (isOut) {
			tracked.firstOut = age;
			tracked.firstOutBytes = outBytes;
		}
	}

	if (tracked.connectionReported) reportPendingSteps(context, tracked);
}

/** Bytes that passed before an end and that nothing has shown have an unknown time: -1, as once it is reported. */
export function forgetUnseenBytes(socket: WatchedSocket, tracked: Tracked): void {
	const {bytesRead = 0, bytesWritten = 0} = socket._handle ?? {};
	if (tracked.firstIn === 0 && bytesRead > 0) tracked.firstIn = -1;
	if (tracked.firstOut === 0 && bytesWritten > 0) tracked.firstOut = -1;
}
