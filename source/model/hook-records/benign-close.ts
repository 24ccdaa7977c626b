/** Ends that a client library puts into an error though nothing went wrong. */
import type {Entry} from '../table/entry.ts';

/** What undici says of a connection that it needs no longer (its client-h1.js and client.js, 5 to 7). */
const unneededReasons: ReadonlySet<string> = new Set(['reset', 'socket idle timeout', 'servername changed']);

/**
 * undici, and with it fetch(), ends each connection by `destroy(error)`: with an InformationalError one that it needs no
 * longer, with a SocketError one that the other side closed, be it at rest or not.
 *
 * @param record its code and message, as Node's error has them
 * @param entry as it was before the error
 */
export const isBenignClose = (
	{error, message}: {error: string; message: string},
	{row, facts}: Pick<Entry, 'row' | 'facts'>,
): boolean => {
	if (!facts.connected || facts.securing) return false;
	if (error === 'UND_ERR_INFO') return unneededReasons.has(message);
	// While a request waits for its answer, the end is what it fails of.
	return error === 'UND_ERR_SOCKET' && message === 'other side closed' && row.http?.open === 0;
};
