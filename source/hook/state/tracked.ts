import type {Address, Kind, WireRole} from '../../wire/records.ts';
import type {Handle, HttpMessage, WatchedServer, WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';

/** See exchange.ts. */
export type Activity = {protocol: string | null; open: number; changed: boolean};

/** What the hook remembers of one socket: numbers and flags, no strings but the host's name. */
export class Tracked {
	readonly id: number;
	kind: Kind = 'tcp';
	role: WireRole = 'unknown';
	/** The id of the listener it was accepted by; 0 for none. */
	listener = 0;
	/** Held only while a handle keeps the socket alive anyway: the hook never prolongs its life. */
	socket: WatchedSocket | null;
	/** For a socket without handle. */
	weakSocket: WeakRef<WatchedSocket> | null = null;
	/** Place in the list of live sockets; -1 for none. */
	index = -1;
	readonly createdAt = now();
	handleAt = 0;
	/** Its part is known: accepted, connecting, or received. */
	announced = false;
	/** Announced, but its first record has not been written yet. */
	createPending = false;
	/** In the list of those that are looked at each tick. */
	isFresh = false;
	/** A standard stream, an IPC channel or something that is no connection: left out. */
	isExcluded = false;
	closed = false;
	statusBits = 0;

	/** connect() was called on it. */
	connectCalled = false;
	connectedAt = 0;
	accepted = false;
	/** Whether connect or accept, with its addresses, has been told. */
	connectionReported = false;
	inode: number | null = null;
	local: Address | null = null;
	peer: Address | null = null;

	/** Where the program made it. */
	site: string | null = null;
	host: string | null = null;
	candidates: string[] | null = null;
	candidateCount = 0;
	lookupAt = 0;
	lookupError: string | null = null;
	attempts = 0;
	attemptOpen = false;
	/** The attempt whose handle has been told. */
	handleReportedAttempt = 0;
	attemptAddress: Address | null = null;

	/** Both first bytes have been told: a touch can show nothing new but a full buffer. */
	onlyFullCanChange = false;
	/**
	 * Whole microseconds since it was created: small integers, where a fraction would be an object of its own. 0 before it
	 * happened, -1 once it has been told.
	 */
	firstIn = 0;
	firstInBytes = 0;
	firstOut = 0;
	firstOutBytes = 0;
	peerEnd = 0;
	localEnd = 0;
	/** Which side ended first. */
	firstEnd: 'peer-end' | 'local-end' | null = null;
	fullTick = -1;
	fullReported = false;
	pauseTick = -1;
	pauseReported = false;
	timeoutTick = -1;

	/** A client's HTTP message that is under way. */
	request: HttpMessage | null = null;
	/** A server's answer, until it has left. */
	response: HttpMessage | null = null;
	/** In the list of those whose answer has not left. */
	responsePending = false;
	/** A client's last one: it hangs on the socket for a while after its answer. */
	lastAnsweredRequest: WeakRef<HttpMessage> | null = null;
	requestMethod: unknown;
	/** As it was; what is told of it is cut at the query. */
	requestUrl: unknown;
	requestCount = 0;
	requestStatus = 0;
	requestInbound = true;
	requestChanged = false;

	activity: Activity | null = null;

	sampled = false;
	bytesRead = 0;
	bytesWritten = 0;
	writableLength = 0;
	readableLength = 0;
	writeQueueSize = 0;
	timeoutMs = 0;
	errorListeners = 0;
	sampledFlags = 0;

	constructor(id: number, socket: WatchedSocket) {
		this.id = id;
		this.socket = socket;
	}

	/** Microseconds since it was created, at least 1; rounded up, so that it is not before what has just happened. */
	ageUs(): number {
		return Math.ceil((now() - this.createdAt) * 1000) || 1;
	}

	/** The time at which it was so many microseconds old. */
	timeAt(age: number): number {
		return this.createdAt + age / 1000;
	}
}

/** What the hook remembers of one listening server. */
export class TrackedServer {
	readonly id: number;
	/** Kept instead of the server: the cluster's primary takes the handle and throws its server away. */
	handle: Handle | null = null;
	index = -1;
	backlog: number | null = null;
	/** Where the program called listen(). */
	site: string | null = null;
	/** listen() was called and has not ended yet. */
	pending = false;
	server: WeakRef<WatchedServer> | null = null;
	local: Address | null = null;
	/** As they were told. */
	connections = -1;
	maxConnections: number | null = null;
	drops = 0;
	dropsReported = 0;

	constructor(id: number) {
		this.id = id;
	}
}

/** Puts a private field on an object that already exists: invisible to the program, and gone with the object. */
class ReturnOverride {
	constructor(object: object) {
		// biome-ignore lint/correctness/noConstructorReturn: returning the given object is what this class is for.
		return object;
	}
}

/**
 * One class for all marks: with two made from one literal, V8 sees two private names at one place, and each look costs
 * several times as much.
 */
class PrivateMark extends ReturnOverride {
	#mark: unknown;
	constructor(object: object, mark: unknown) {
		super(object);
		this.#mark = mark;
	}

	/** Asking neither throws nor runs a trap of a proxy, whatever the value is. */
	static of(value: unknown): unknown {
		return typeof value === 'object' && value !== null && #mark in value ? value.#mark : undefined;
	}

	static put(object: object, mark: unknown): void {
		if (#mark in object) object.#mark = mark;
		else new PrivateMark(object, mark);
	}
}

/** @param target a socket, or a message that rides on one */
export function trackedOf(target: object): Tracked | undefined {
	const mark = PrivateMark.of(target);
	return mark instanceof Tracked ? mark : undefined;
}

export function trackedServerOf(server: WatchedServer): TrackedServer | undefined {
	const mark = PrivateMark.of(server);
	return mark instanceof TrackedServer ? mark : undefined;
}

export const markOf = (value: unknown): unknown => PrivateMark.of(value);

export const stamp = (object: object, mark: object | null): void => PrivateMark.put(object, mark);

/** A list with removal in constant time; the order of what stays may change. */
export class DenseList<Item extends {index: number}> {
	readonly items: Item[] = [];

	add(item: Item): void {
		if (item.index >= 0) return;
		item.index = this.items.length;
		this.items.push(item);
	}

	/** Does nothing with an item of another list. */
	remove(item: Item): void {
		if (this.items[item.index] !== item) return;
		const last = this.items.pop();
		if (last && last !== item) {
			this.items[item.index] = last;
			last.index = item.index;
		}

		item.index = -1;
	}
}
