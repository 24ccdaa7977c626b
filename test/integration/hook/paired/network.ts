// Programs that use the network in each way that Node offers: what they see is the same.
import type {Pair} from '../../../helpers/process/paired-run.ts';

export const network: readonly Pair[] = [
	{file: 'http-agent', says: 'agent: free', sockets: 3},
	{file: 'http-errors', says: 'half: response ECONNRESET', sockets: 11},
	{file: 'http-upgrade', says: 'client: 101 now raw', sockets: 8},
	{file: 'https', says: 'client: true false, safe, true true', sockets: 5},
	{file: 'http2-streams', says: 'secure: h2 true', sockets: 6},
	{file: 'tls-options', says: 'resumed: true bye', sockets: 9},
	{file: 'tls-duplex', says: 'through a stream', sockets: 0},
	{file: 'datagrams', says: 'receiver: one', sockets: 0},
	{file: 'unix-paths', says: 'client: from a file', sockets: 4},
	{file: 'half-open-pauses', says: 'half: ', sockets: 6},
	{file: 'server-limits', says: 'server: 1000', sockets: 6},
	{file: 'abort-signals', says: 'after: AbortError its own reason', sockets: 4},
	{file: 'pipelines', says: 'client: WHISPERED', sockets: 9},
	{file: 'fetches', says: 'post: 200', sockets: 3},
	{file: 'web-socket', says: 'client: open', sockets: 3, since: 22},
	{file: 'lines', says: 'client: ONE, TWO', sockets: 6},
	{file: 'block-list', says: 'list: 3 true', sockets: 2},
	{file: 'addresses', says: 'asked: before', sockets: 5},
	{file: 'own-lookup', says: 'later: lookup own.test', sockets: 9},
	{file: 'reconnects', says: 'soon: ', sockets: 10},
	{file: 'bulk', says: 'c0368ae256d982443e1f7c38a0782da4f23dbfcc', sockets: 3},
	{file: 'timeouts', says: 'client: callback', sockets: 4},
	{file: 'iterates', says: 'mapped: ABC', sockets: 9},
	{file: 'pipes-of-child', says: 'cat: miaow', sockets: 0},
];
