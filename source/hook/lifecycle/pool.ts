/**
 * What libuv's thread pool has to do, while a lookup is long under way: getaddrinfo() runs in that pool, beside
 * file operations. Node lists its requests; those of crypto and zlib are not among them.
 */
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';

type Request = {constructor?: {name?: unknown}};

/** Absent where a later Node has taken it away. Costs about a microsecond, and nothing for open sockets or timers. */
const getActiveRequests: (() => Request[]) | undefined = Reflect.get(process, '_getActiveRequests');

let filesBefore = new WeakSet<Request>();
let lookups = 0;
let files = 0;
let isKnown = false;

/** Counts the requests. Only file operations that the look before this one has seen are counted: the others may be short. */
export function checkPool({lookupWaits}: Context): void {
	if (!lookupWaits || getActiveRequests === undefined) {
		if (isKnown) filesBefore = new WeakSet();
		isKnown = false;
		return;
	}

	isKnown = true;
	const requests = getActiveRequests();
	const filesNow = new WeakSet<Request>();
	lookups = 0;
	files = 0;
	for (let index = 0; index < requests.length; index++) {
		const request = requests[index];
		const name = request?.constructor?.name;
		if (request === undefined || typeof name !== 'string') continue;
		if (name === 'GetAddrInfoReqWrap' || name === 'GetNameInfoReqWrap') lookups++;
		if (!name.startsWith('FSReq')) continue;
		filesNow.add(request);
		if (filesBefore.has(request)) files++;
	}

	filesBefore = filesNow;
}

export function reportPool({channel}: Context): void {
	if (isKnown) channel.write({type: 'pool', at: now(), lookups, files});
}
