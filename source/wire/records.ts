import type {FieldType, FieldTypes} from './field-types.ts';

/**
 * The protocol between hook and netwatch as one table: the encoder, the decoder and the types of both sides
 * are derived from it, so a change of one side alone does not compile.
 * Times (`at`) are milliseconds of CLOCK_MONOTONIC, which is one clock for all processes of a host. Sizes are
 * bytes.
 */
export const wireVersion = 1;

const record = <const Fields extends Record<string, FieldType>>(code: number, fields: Fields) => ({
	code,
	fields,
});

/** The first fields of each record of one socket. */
const socketFields = {id: 'u32', at: 'f64'} as const;

/**
 * One entry a record: its code on the wire, from 1 to 255, and its fields in order. A code is never reused;
 * the highest so far is 80.
 */
export const records = {
	hello: record(1, {
		at: 'f64',
		node: 'text',
		ppid: 'u32',
		netns: 'text?',
		title: 'text',
		argv: 'list',
		execArgv: 'list',
	}),
	exit: record(2, {at: 'f64', exitCode: 'u32?'}),
	load: record(3, {
		at: 'f64',
		loopDelayP50: 'f64?',
		loopDelayP99: 'f64?',
		loopDelayMax: 'f64?',
		sockets: 'u32',
		sent: 'u32',
		dropped: 'u32',
		/** Sockets without a creation site: above the limit per second. */
		sitesNotTaken: 'u32',
	}),
	notice: record(4, {at: 'f64', level: 'text', message: 'text'}),

	create: record(10, {...socketFields, kind: 'kind', role: 'role'}),
	lookupStart: record(11, {...socketFields, host: 'text'}),
	lookup: record(12, {...socketFields, host: 'text', candidates: 'list', error: 'text?'}),
	attempt: record(13, {...socketFields, address: 'address?', index: 'u8', of: 'u8'}),
	attemptFailed: record(14, {...socketFields, address: 'address?', index: 'u8', error: 'text'}),
	attemptTimeout: record(15, {...socketFields, address: 'address?', index: 'u8'}),
	connect: record(16, {...socketFields, local: 'address?', peer: 'address?', inode: 'u32?'}),
	accept: record(17, {
		...socketFields,
		local: 'address?',
		peer: 'address?',
		inode: 'u32?',
		listener: 'u32?',
	}),
	secure: record(18, {
		...socketFields,
		protocol: 'text?',
		alpn: 'text?',
		servername: 'text?',
		authorized: 'flag?',
	}),
	/** The handshake began on a socket that was created as plain TCP. */
	secureStart: record(19, socketFields),

	/** What a TLS client asks for, where its handshake fails or is long in coming; `http`: for an HTTP request. */
	tlsOffer: record(76, {
		...socketFields,
		servername: 'text?',
		alpn: 'list',
		host: 'text?',
		port: 'u32?',
		http: 'flag',
	}),

	listen: record(20, {...socketFields, local: 'address?', inode: 'u32?', backlog: 'u32?'}),
	bindError: record(21, {
		...socketFields,
		local: 'address?',
		operation: 'text',
		error: 'text',
		message: 'text',
	}),
	unlisten: record(22, socketFields),
	/**
	 * The handle of the open attempt, once it has a descriptor: its inode identifies it in the kernel's table.
	 */
	handle: record(24, {...socketFields, local: 'address?', inode: 'u32?'}),

	firstIn: record(30, {...socketFields, bytes: 'f64'}),
	firstOut: record(31, {...socketFields, bytes: 'f64'}),
	full: record(32, {...socketFields, buffered: 'u32'}),
	drain: record(33, socketFields),
	pause: record(34, {...socketFields, buffered: 'u32'}),
	resume: record(35, socketFields),
	timeout: record(36, socketFields),
	peerEnd: record(37, socketFields),
	localEnd: record(38, socketFields),
	error: record(39, {
		...socketFields,
		operation: 'text',
		error: 'text',
		message: 'text',
		local: 'address?',
		peer: 'address?',
	}),
	close: record(40, {
		...socketFields,
		hadError: 'flag',
		bytesRead: 'f64?',
		bytesWritten: 'f64?',
		reason: 'reason',
	}),
	/**
	 * A complete accepted connection that closed in good order before the tick: the record stands for create,
	 * accept, firstIn, firstOut, peerEnd, localEnd, label and close. Times are microseconds after `at`, the
	 * time of the accept.
	 */
	shortConnection: record(43, {
		...socketFields,
		kind: 'kind',
		listener: 'u32?',
		local: 'address?',
		peer: 'address?',
		firstIn: 'u32?',
		firstInBytes: 'u32',
		firstOut: 'u32?',
		firstOutBytes: 'u32',
		peerEnd: 'u32?',
		localEnd: 'u32?',
		/** Null where the connection carried no HTTP message. */
		method: 'text?',
		path: 'text',
		status: 'u16',
		count: 'u32',
		closed: 'u32',
		bytesRead: 'f64?',
		bytesWritten: 'f64?',
		reason: 'reason',
	}),
	/** The state of the socket's JavaScript side; sent only when it differs from the last sample. */
	sample: record(41, {
		...socketFields,
		bytesRead: 'f64',
		bytesWritten: 'f64',
		writableLength: 'u32',
		writableHighWaterMark: 'u32',
		readableLength: 'u32',
		writeQueueSize: 'u32',
		timeoutMs: 'u32',
		errorListeners: 'u16',
		flags: 'u16',
	}),
	/**
	 * The HTTP message on the socket: never headers, query or body. `count` is the number of its requests so
	 * far.
	 */
	label: record(42, {
		...socketFields,
		method: 'text',
		path: 'text',
		status: 'u16',
		count: 'u32',
		inbound: 'flag',
	}),

	/**
	 * Starts a resync after dropped records: the open sockets follow as `alive`, and those not named by
	 * `resyncEnd` are gone.
	 */
	resyncBegin: record(50, {at: 'f64'}),
	alive: record(51, {
		...socketFields,
		kind: 'kind',
		role: 'role',
		host: 'text?',
		local: 'address?',
		peer: 'address?',
		inode: 'u32?',
		listener: 'u32?',
		connecting: 'flag',
		/** TLS only: the handshake is not complete. */
		securing: 'flag',
	}),
	resyncEnd: record(52, {at: 'f64'}),

	/** The number of the pid namespace in which the sender's pid holds. Comes before hello. */
	namespace: record(80, {at: 'f64', pidns: 'text?'}),
	/** The kernel's thread id of a worker. */
	thread: record(71, {at: 'f64', tid: 'u32?'}),
	/** A connection that a server closed without an event to the program, because it was at its limit. */
	drop: record(72, {...socketFields, local: 'address?', peer: 'address?', connections: 'u32', drops: 'u32'}),
	/** A server's open connections, its limit, and the connections dropped since the hook was loaded. */
	serving: record(73, {...socketFields, connections: 'u32', maxConnections: 'u32?', drops: 'u32'}),
	/** The protocol since the connection left HTTP/1, and the number of open requests or streams. */
	exchange: record(70, {...socketFields, protocol: 'text?', open: 'u32'}),
	/** The event loop was blocked: a timer of the hook ran `ms` late, at `at`. */
	blocked: record(74, {at: 'f64', ms: 'f64'}),
	/**
	 * The thread's requests in libuv's thread pool, while a lookup is long under way: lookups of any kind, and
	 * file operations that do not end.
	 */
	pool: record(75, {at: 'f64', lookups: 'u32', files: 'u32'}),
	/**
	 * The place in the program that created the socket, e.g. "server.js:41:12". Comes before the socket's first
	 * record.
	 */
	site: record(60, {...socketFields, site: 'text'}),
	/** A UDP socket has its address; sent again after disconnect(), which removes the peer. */
	bound: record(61, {...socketFields, local: 'address?', inode: 'u32?'}),
	/** A UDP socket's send queue: bytes and datagrams. */
	sampleUdp: record(62, {
		...socketFields,
		writeQueueSize: 'u32?',
		writeQueueCount: 'u32?',
		errorListeners: 'u16',
		referenced: 'flag?',
	}),
};

export type RecordName = keyof typeof records;

export type FieldsOf<Name extends RecordName> = {
	[Field in keyof (typeof records)[Name]['fields']]: (typeof records)[Name]['fields'][Field] extends infer Type extends
		FieldType
		? FieldTypes[Type]
		: never;
};

/** One record as netwatch decodes it. */
export type WireRecord = {[Name in RecordName]: {type: Name} & FieldsOf<Name>}[RecordName];
