import type {Address, Kind, WireRole} from '../../wire/field-types.ts';
import type {Handle, HttpMessage, WatchedServer, WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';

/** See http/activity.ts. */
export type Activity = {
	protocol: string | null;
	open: number;
	changed: boolean;
	/** Open messages as last reported. */
	reported: number;
	/** The request that takes the connection out of HTTP, until it is answered. */
	upgrade: object | null;
	/** Bytes written before the answer to it. */
	writtenBefore: number;
};

/** The hook's state of one socket: numbers and flags, few strings. */
export class Tracked {
	readonly id: number;
	kind: Kind = 'tcp';
	role: WireRole = 'unknown';
	/** Id of the accepting listener; 0 for none. */
	listener = 0;
	/** Held only while a handle keeps the socket alive anyway: the hook never prolongs its life. */
	socket: WatchedSocket | null;
	/** Set while the socket has no handle. */
	weakSocket: WeakRef<WatchedSocket> | null = null;
	/** Index in the list of live sockets; -1 if not listed. */
	index = -1;
	readonly createdAt = now();
	handleAt = 0;
	/** The role is known: accepted, connecting, or received. */
	announced = false;
	/** Announced, but the first record has not been written yet. */
	createPending = false;
	/** In the list of sockets that are checked each tick. */
	isFresh = false;
	/** A standard stream, an IPC channel or another object that is no connection: not reported. */
	isExcluded = false;
	closed = false;
	statusBits = 0;

	/** connect() was called on the socket. */
	connectCalled = false;
	connectedAt = 0;
	accepted = false;
	/** The 'connect' or 'accept' record, with its addresses, has been written. */
	connectionReported = false;
	inode: number | null = null;
	local: Address | null = null;
	peer: Address | null = null;

	/** The creation site in the program. */
	site: string | null = null;
	host: string | null = null;
	candidates: string[] | null = null;
	candidateCount = 0;
	lookupAt = 0;
	lookupError: string | null = null;
	attempts = 0;
	attemptOpen = false;
	/** The attempt whose handle has been reported. */
	handleReportedAttempt = 0;
	attemptAddress: Address | null = null;

	/** Both first bytes have been reported: a touch of the timer can show nothing new but a full buffer. */
	onlyFullCanChange = false;
	/**
	 * Whole microseconds since `createdAt`: small integers, where a fraction would be a heap object. 0 before
	 * the stage, -1 once it was reported.
	 */
	firstIn = 0;
	firstInBytes = 0;
	firstOut = 0;
	firstOutBytes = 0;
	peerEnd = 0;
	localEnd = 0;
	/** The side that ended first. */
	firstEnd: 'peer-end' | 'local-end' | null = null;
	fullTick = -1;
	fullReported = false;
	pauseTick = -1;
	pauseReported = false;
	timeoutTick = -1;

	/** A client's open HTTP message. */
	request: HttpMessage | null = null;
	/** A server's response, until it has been sent. */
	response: HttpMessage | null = null;
	/** In the list of sockets whose response has not been sent. */
	responsePending = false;
	/** A client's last request: it stays on the socket for a while after its response. */
	lastAnsweredRequest: WeakRef<HttpMessage> | null = null;
	requestMethod: unknown;
	/** The full URL; the reported path is cut at the query. */
	requestUrl: unknown;
	requestCount = 0;
	requestStatus = 0;
	requestInbound = true;
	requestChanged = false;

	/** What its TLS handshake asks for has been reported. */
	offerReported = false;

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

	/**
	 * Microseconds since `createdAt`, at least 1; rounded up, so that the age is not before the event just
	 * seen.
	 */
	ageUs(): number {
		return Math.ceil((now() - this.createdAt) * 1000) || 1;
	}

	/**
	 * @param age microseconds since `createdAt`
	 * @returns the time in ms
	 */
	timeAt(age: number): number {
		return this.createdAt + age / 1000;
	}
}

/** The hook's state of one listening server. */
export class TrackedServer {
	readonly id: number;
	/** Held in place of the server: a cluster's primary takes the handle and discards its server. */
	handle: Handle | null = null;
	index = -1;
	backlog: number | null = null;
	/** The place of the listen() call in the program. */
	site: string | null = null;
	/** listen() was called and has not completed yet. */
	pending = false;
	server: WeakRef<WatchedServer> | null = null;
	local: Address | null = null;
	/** State as last reported. */
	connections = -1;
	maxConnections: number | null = null;
	drops = 0;
	dropsReported = 0;

	constructor(id: number) {
		this.id = id;
	}
}

/** Puts a private field on an existing object: invisible to the program, and gone with the object. */
class ReturnOverride {
	constructor(object: object) {
		// biome-ignore lint/correctness/noConstructorReturn: returning the given object is what this class is for.
		return object;
	}
}

/**
 * One class for all marks: with two classes from one literal, V8 sees two private names at one place, and
 * each read costs several times as much.
 */
class PrivateMark extends ReturnOverride {
	#mark: unknown;
	constructor(object: object, mark: unknown) {
		super(object);
		this.#mark = mark;
	}

	/** The check neither throws nor runs a proxy trap, whatever the value is. */
	static of(value: unknown): unknown {
		return typeof value === 'object' && value !== null && #mark in value ? value.#mark : undefined;
	}

	static put(object: object, mark: unknown): void {
		if (#mark in object) object.#mark = mark;
		else new PrivateMark(object, mark);
	}
}

/** @param target a socket, or a message on a socket */
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

/** A list with removal in constant time; a removal may change the order. */
export class DenseList<Item extends {index: number}> {
	readonly items: Item[] = [];

	add(item: Item): void {
		if (item.index >= 0) return;
		item.index = this.items.length;
		this.items.push(item);
	}

	/** Does nothing for an item of another list. */
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
