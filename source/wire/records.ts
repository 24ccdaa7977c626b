/**
 * The protocol between hook and netwatch as one table: the encoder, the decoder and the types of both sides
 * are derived from it, so a change of one side alone does not compile.
 * Times (`at`) are milliseconds of CLOCK_MONOTONIC, which is one clock for all processes of a host. Sizes are
 * bytes. A field type ending in `?` can carry "not observed", which decodes to null.
 */
export const wireVersion = 1;

export const kinds = ['tcp', 'tls', 'unix', 'udp'] as const;
export const roles = ['unknown', 'client', 'server', 'listener'] as const;
export const closeReasons = [
	'local-destroy',
	'peer-end',
	'local-end',
	'reset',
	'timeout',
	'error',
	'exit',
	'unknown',
] as const;

export type Kind = (typeof kinds)[number];
export type WireRole = (typeof roles)[number];
export type CloseReason = (typeof closeReasons)[number];

/** An internet address with its port, or the path of a unix socket. */
export type Address = {address: string; port: number; family: 4 | 6} | {path: string};

/** Bits of `sample.flags`. */
export const sampleFlags = {
	connecting: 1,
	needDrain: 2,
	flowing: 4,
	/** `readableFlowing` was null: reading has not begun. */
	notStarted: 8,
	readable: 16,
	writable: 32,
	referenced: 64,
	readableEnded: 128,
	writableEnding: 256,
	/** A message of Node's own HTTP/1 is open. */
	httpMessage: 512,
	/** The socket has a 'readable' listener (so does `for await`). */
	readableListener: 1024,
} as const;

/** The field types and their TypeScript types. */
export type FieldTypes = {
	u8: number;
	u16: number;
	u32: number;
	f64: number;
	flag: boolean;
	text: string;
	kind: Kind;
	role: WireRole;
	reason: CloseReason;
	list: readonly string[];
	'u32?': number | null;
	'f64?': number | null;
	'flag?': boolean | null;
	'text?': string | null;
	'address?': Address | null;
};

export type FieldType = keyof FieldTypes;

const record = <const Fields extends Record<string, FieldType>>(code: number, fields: Fields) => ({
	code,
	fields,
});

/** The first fields of each record of one socket. */
const socketFields = {id: 'u32', at: 'f64'} as const;

/**
 * One entry a record: its code on the wire, from 1 to 255, and its fields in order. A code is never reused.
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
	upgrade: record(19, socketFields),

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
	brief: record(43, {
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

/** The writer of a frame. A pid can be reused; `nonce` tells two processes with one pid apart. */
export type Sender = {pid: number; thread: number; nonce: number};

/**
 * A frame: this header, then whole records (u8 code, u16 length of the body, body). Little-endian.
 * At most `limit` bytes, so that a write to a FIFO is atomic (PIPE_BUF on Linux).
 */
export const frame: {
	magic: number;
	headerBytes: number;
	limit: number;
	/** Offset of the sequence number (u32): one more than that of the sender's last frame. */
	sequenceAt: number;
} = {
	magic: 0x4e57,
	headerBytes: 22,
	limit: 4096,
	sequenceAt: 18,
};

/** Longest text on the wire, in bytes of UTF-8; longer text is cut. */
export const textLimit = 512;
/** Largest number of entries in a list on the wire. */
export const listLimit = 64;
