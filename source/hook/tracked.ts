import type {Address, Kind, WireRole} from '../wire/records.ts';
import {now} from './builtins.ts';
import type {Handle, HttpMessage, WatchedServer, WatchedSocket} from './internals.ts';

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
	weak: WeakRef<WatchedSocket> | null = null;
	/** Place in the list of live sockets; -1 for none. */
	index = -1;
	readonly createdAt = now();
	handleAt = 0;
	announced = false;
	/** In the list of those that are looked at each tick. */
	waiting = false;
	/** A standard stream, an IPC channel or something that is no connection: left out. */
	ignored = false;
	closed = false;
	status = 0;

	/** connect() was called on it. */
	connects = false;
	connectedAt = 0;
	acceptedAt = 0;
	/** Whether connect or accept, with its addresses, has been told. */
	settled = false;
	inode: number | null = null;
	local: Address | null = null;
	peer: Address | null = null;

	host: string | null = null;
	lookupTold = false;
	candidates: string[] | null = null;
	candidateCount = 0;
	lookupAt = 0;
	lookupError: string | null = null;
	attempts = 0;
	attemptOpen = false;
	/** The attempt whose handle has been told. */
	handleTold = 0;
	attempted: Address | null = null;

	firstInAt = 0;
	firstInBytes = 0;
	firstOutAt = 0;
	firstOutBytes = 0;
	peerEndAt = 0;
	localEndAt = 0;
	/** Which side ended first. */
	endedFirst: 'peer-end' | 'local-end' | null = null;
	fullTick = -1;
	fullTold = false;
	pauseTick = -1;
	pauseTold = false;
	timeoutTick = -1;

	/** The HTTP message that is under way. */
	request: HttpMessage | null = null;
	/** A client's last one: it hangs on the socket for a while after its answer. */
	answered: WeakRef<HttpMessage> | null = null;
	requestMethod: unknown;
	/** As it was; what is told of it is cut at the query. */
	requestUrl: unknown;
	requestCount = 0;
	requestStatus = 0;
	requestInbound = true;
	requestChanged = false;

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
}

/** What the hook remembers of one listening server. */
export class TrackedServer {
	readonly id: number;
	/** Kept instead of the server: the cluster's primary takes the handle and throws its server away. */
	handle: Handle | null = null;
	index = -1;
	backlog: number | null = null;
	/** listen() was called and has not ended yet. */
	pending = false;
	/** Only where the handle has no descriptor that tells whether it is closed. */
	server: WeakRef<WatchedServer> | null = null;
	local: Address | null = null;

	constructor(id: number) {
		this.id = id;
	}
}

/** Puts a private field on an object that already exists: invisible to the program, and gone with the object. */
class Returned {
	constructor(object: object) {
		// biome-ignore lint/correctness/noConstructorReturn: returning the given object is what this class is for.
		return object;
	}
}

/** @returns a mark of its own kind; asking for it neither throws nor runs a trap of a proxy, whatever the value is */
function createStamp<Mark>() {
	class Stamp extends Returned {
		#mark: Mark;
		constructor(object: object, mark: Mark) {
			super(object);
			this.#mark = mark;
		}

		static of(value: unknown): Mark | undefined {
			return typeof value === 'object' && value !== null && #mark in value ? value.#mark : undefined;
		}

		static put(object: object, mark: Mark): void {
			if (#mark in object) object.#mark = mark;
			else new Stamp(object, mark);
		}
	}

	return Stamp;
}

const socketStamp = createStamp<Tracked>();
const serverStamp = createStamp<TrackedServer>();

export const trackedOf = (socket: WatchedSocket): Tracked | undefined => socketStamp.of(socket);
export const stamp = (socket: WatchedSocket, tracked: Tracked): void => socketStamp.put(socket, tracked);
export const trackedServerOf = (server: WatchedServer): TrackedServer | undefined => serverStamp.of(server);
export const stampServer = (server: WatchedServer, tracked: TrackedServer): void =>
	serverStamp.put(server, tracked);

/** A list with removal in constant time; the order of what stays may change. */
export class Dense<Item extends {index: number}> {
	readonly items: Item[] = [];

	add(item: Item): void {
		if (item.index >= 0) return;
		item.index = this.items.length;
		this.items.push(item);
	}

	remove(item: Item): void {
		if (item.index < 0) return;
		const last = this.items.pop();
		if (last !== undefined && last !== item) {
			this.items[item.index] = last;
			last.index = item.index;
		}

		item.index = -1;
	}
}
