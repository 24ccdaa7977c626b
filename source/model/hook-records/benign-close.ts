/** Errors by which a connection closes in the ordinary course. */

import type {StepName} from '../../domain/operation.ts';
import type {CloseReason} from '../../domain/row.ts';
import {unacknowledgedBytes} from '../diagnosis/evidence/unacknowledged.ts';
import type {Entry} from '../table/entry.ts';

/**
 * undici's messages for a connection that it no longer needs, or whose request the program aborted (client-h1.js and
 * client.js, 5 to 7).
 */
const unneededReasons: ReadonlySet<string> = new Set([
	'reset',
	'socket idle timeout',
	'servername changed',
	'aborted',
]);

/**
 * undici, and with it fetch(), closes each connection by `destroy(error)`: with an InformationalError a
 * connection it no longer needs, with a SocketError one closed by the peer, idle or not.
 *
 * @param record code and message of Node's error
 * @param entry its state before the error
 * @returns how the connection closed; null where the error is its failure
 */
export const benignCloseOf = (
	record: {error: string; message: string},
	entry: Pick<Entry, 'row' | 'facts'>,
): CloseReason | null => {
	const {row, facts} = entry;
	const {error, message} = record;
	// The program's AbortSignal, in whatever stage: of net.connect(), of http.request().
	if (error === 'ABORT_ERR') return 'local-destroy';
	if (facts.securing || !(facts.connected || facts.accepted)) return null;
	if (isResetAfterEnd(record, entry)) return 'local-end';
	// destroy() of the client, or of its pool, by the program.
	if (error === 'UND_ERR_DESTROYED') return 'local-destroy';
	if (error === 'UND_ERR_INFO') return unneededReasons.has(message) ? 'local-destroy' : null;
	// While a request waits for its answer, the close is its failure; a spare connection never had one.
	const isAtRest = row.http === null || row.http.open === 0;
	return error === 'UND_ERR_SOCKET' && message === 'other side closed' && isAtRest ? 'peer-end' : null;
};

/**
 * Some servers answer an orderly end with a reset instead of their own (RabbitMQ, and all that set SO_LINGER to
 * 0): nothing was to come any more. Where no byte has ever come back, an answer may be lost, and where bytes still
 * wait to be written, they are.
 */
function isResetAfterEnd(
	{error, message}: {error: string; message: string},
	{row, facts}: Pick<Entry, 'row' | 'facts'>,
): boolean {
	if (error !== 'ECONNRESET' || message !== 'read ECONNRESET') return false;
	if (!facts.localEnded || facts.peerEnded || row.kind === 'udp') return false;
	const {bytesRead, writableLength} = row.process ?? {};
	// The kernel's report of the end may come before the hook's.
	if (row.kernel?.final && (unacknowledgedBytes(row)?.bytes ?? 0) > 0) return false;
	// Samples are taken four times a second: a shorter connection has none.
	const hasPassed = (name: StepName): boolean => row.steps.some(({step}) => step === name);
	const hasAnswer =
		row.role === 'server' || (bytesRead ?? 0) > 0 || hasPassed('first-in') || !hasPassed('first-out');
	return hasAnswer && (writableLength ?? 0) === 0 && (row.http?.open ?? 0) === 0;
}
