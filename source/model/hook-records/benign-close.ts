/** Errors by which a client library closes a connection in the ordinary course. */
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
 */
export const isBenignClose = (
	{error, message}: {error: string; message: string},
	{row, facts}: Pick<Entry, 'row' | 'facts'>,
): boolean => {
	if (!facts.connected || facts.securing) return false;
	// destroy() of the client, or of its pool, by the program.
	if (error === 'UND_ERR_DESTROYED') return true;
	if (error === 'UND_ERR_INFO') return unneededReasons.has(message);
	// While a request waits for its answer, the close is its failure; a spare connection never had one.
	const isAtRest = row.http === null || row.http.open === 0;
	return error === 'UND_ERR_SOCKET' && message === 'other side closed' && isAtRest;
};
