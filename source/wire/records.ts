/**
 * What the hook and netwatch say to each other, as one table: the encoder, the decoder and both sides' types are
 * derived from it, so a change that one side does not know does not compile.
 *
 * Times (`at`) are milliseconds of CLOCK_MONOTONIC, which is one clock for all processes of a host.
 * Sizes are bytes. A field type ending in `?` can say "not observed", which reads as null.
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
	/** `readableFlowing` was null: nobody has begun to read. */
	notStarted: 8,
	readable: 16,
	writable: 32,
	referenced: 64,
	readableEnded: 128,
	writableEnding: 256,
	/** A message of Node's own HTTP/1 is under way. */
	httpMessage: 512,
	/** Somebody listens for 'readable' (so does `for await`). */
	readableListener: 1024,
} as const;

/** The field types, and what each holds in TypeScript. */
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

/** What each record of one socket begins with. */
const socketFields = {id: 'u32', at: 'f64'} as const;

/** One entry a record: its code on the wire, from 1 to 255, and its fields in order. Codes are never used again. */
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
		/** Sockets whose creation site was not taken, since there were too many in a second. */
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
	/** The handle of the attempt that is under way, once it has a descriptor: what the kernel knows it by. */
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
	 * A whole accepted connection that was closed, in good order, before the tick that would have told of it: what else
	 * were create, accept, firstIn, firstOut, peerEnd, localEnd, label and close. Times are microseconds after `at`, when it
	 * was accepted.
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
		/** Null where no HTTP message rode on it. */
		method: 'text?',
		path: 'text',
		status: 'u16',
		count: 'u32',
		closed: 'u32',
		bytesRead: 'f64?',
		bytesWritten: 'f64?',
		reason: 'reason',
	}),
	/** What the socket's JavaScript side holds now; sent only when it differs from the last one. */
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
	/** The HTTP message that rides on the socket: never headers, query or body. `count` is of its requests so far. */
	label: record(42, {
		...socketFields,
		method: 'text',
		path: 'text',
		status: 'u16',
		count: 'u32',
		inbound: 'flag',
	}),

	/** After dropped records: the sockets that live follow as `alive`, and those not named are gone at `resyncEnd`. */
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
		/** Of TLS: the handshake is not done. */
		securing: 'flag',
	}),
	resyncEnd: record(52, {at: 'f64'}),

	/** The number that the kernel knows a worker's thread by. */
	thread: record(71, {at: 'f64', tid: 'u32?'}),
	/** A connection that a server closed unseen, because it had as many as it may. */
	drop: record(72, {...socketFields, local: 'address?', peer: 'address?', connections: 'u32', drops: 'u32'}),
	/** How many connections a server has, may have, and has dropped since it is watched. */
	serving: record(73, {...socketFields, connections: 'u32', maxConnections: 'u32?', drops: 'u32'}),
	/** What the connection speaks since it left HTTP/1, and how many requests or streams are under way. */
	exchange: record(70, {...socketFields, protocol: 'text?', open: 'u32'}),
	/** The event loop did not run: a timer of the hook came `ms` late, at `at`. */
	blocked: record(74, {at: 'f64', ms: 'f64'}),
	/** Where in the program the socket was made, e.g. "server.js:41:12". Comes before the socket's first record. */
	site: record(60, {...socketFields, site: 'text'}),
	/** A UDP socket has its address; once more after disconnect(), when it has no peer any longer. */
	bound: record(61, {...socketFields, local: 'address?', inode: 'u32?'}),
	/** What waits in a UDP socket's send queue now: bytes and datagrams. */
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

/** One record as netwatch reads it. */
export type WireRecord = {[Name in RecordName]: {type: Name} & FieldsOf<Name>}[RecordName];

/** Who wrote a frame. A pid can come back; `nonce` tells two lives of it apart. */
export type Sender = {pid: number; thread: number; nonce: number};

/**
 * A frame: this header, then whole records (u8 code, u16 length of the body, body). Little-endian.
 * At most `frameLimit` bytes, so that a write to a FIFO is atomic (PIPE_BUF on Linux).
 */
export const frame: {
	magic: number;
	headerBytes: number;
	limit: number;
	/** Where its number (u32) stands: one more than the last frame's of this sender. */
	sequenceAt: number;
} = {
	magic: 0x4e57,
	headerBytes: 22,
	limit: 4096,
	sequenceAt: 18,
};

/** Longest text on the wire, in bytes of UTF-8; longer text is cut. */
export const textLimit = 512;
/** Most entries in a list on the wire. */
export const listLimit = 64;
