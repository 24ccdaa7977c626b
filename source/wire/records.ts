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

/** What each record of one socket begins with. */
const ofSocket = {id: 'u32', at: 'f64'} as const;

/** One entry a record: its code on the wire, from 1 to 255, and its fields in order. Codes are never used again. */
export const records = {
	hello: {
		code: 1,
		fields: {
			at: 'f64',
			node: 'text',
			ppid: 'u32',
			netns: 'text?',
			title: 'text',
			argv: 'list',
			execArgv: 'list',
		},
	},
	exit: {code: 2, fields: {at: 'f64', exitCode: 'u32?'}},
	load: {
		code: 3,
		fields: {
			at: 'f64',
			loopDelayP50: 'f64?',
			loopDelayP99: 'f64?',
			loopDelayMax: 'f64?',
			sockets: 'u32',
			sent: 'u32',
			dropped: 'u32',
			/** Sockets whose creation site was not taken, since there were too many in a second. */
			sitesNotTaken: 'u32',
		},
	},
	notice: {code: 4, fields: {at: 'f64', level: 'text', message: 'text'}},

	create: {code: 10, fields: {...ofSocket, kind: 'kind', role: 'role'}},
	lookupStart: {code: 11, fields: {...ofSocket, host: 'text'}},
	lookup: {
		code: 12,
		fields: {...ofSocket, host: 'text', candidates: 'list', error: 'text?'},
	},
	attempt: {
		code: 13,
		fields: {...ofSocket, address: 'address?', index: 'u8', of: 'u8'},
	},
	attemptFailed: {
		code: 14,
		fields: {...ofSocket, address: 'address?', index: 'u8', error: 'text'},
	},
	attemptTimeout: {code: 15, fields: {...ofSocket, address: 'address?', index: 'u8'}},
	connect: {
		code: 16,
		fields: {...ofSocket, local: 'address?', peer: 'address?', inode: 'u32?'},
	},
	accept: {
		code: 17,
		fields: {
			...ofSocket,
			local: 'address?',
			peer: 'address?',
			inode: 'u32?',
			listener: 'u32?',
		},
	},
	secure: {
		code: 18,
		fields: {
			...ofSocket,
			protocol: 'text?',
			alpn: 'text?',
			servername: 'text?',
			authorized: 'flag?',
		},
	},
	/** The handshake began on a socket that was created as plain TCP. */
	upgrade: {code: 19, fields: ofSocket},

	listen: {
		code: 20,
		fields: {...ofSocket, local: 'address?', inode: 'u32?', backlog: 'u32?'},
	},
	bindError: {
		code: 21,
		fields: {
			...ofSocket,
			local: 'address?',
			operation: 'text',
			error: 'text',
			message: 'text',
		},
	},
	unlisten: {code: 22, fields: ofSocket},
	/** The handle of the attempt that is under way, once it has a descriptor: what the kernel knows it by. */
	handle: {code: 24, fields: {...ofSocket, local: 'address?', inode: 'u32?'}},

	firstIn: {code: 30, fields: {...ofSocket, bytes: 'f64'}},
	firstOut: {code: 31, fields: {...ofSocket, bytes: 'f64'}},
	full: {code: 32, fields: {...ofSocket, buffered: 'u32'}},
	drain: {code: 33, fields: ofSocket},
	pause: {code: 34, fields: {...ofSocket, buffered: 'u32'}},
	resume: {code: 35, fields: ofSocket},
	timeout: {code: 36, fields: ofSocket},
	peerEnd: {code: 37, fields: ofSocket},
	localEnd: {code: 38, fields: ofSocket},
	error: {
		code: 39,
		fields: {
			...ofSocket,
			operation: 'text',
			error: 'text',
			message: 'text',
			local: 'address?',
			peer: 'address?',
		},
	},
	close: {
		code: 40,
		fields: {
			...ofSocket,
			hadError: 'flag',
			bytesRead: 'f64?',
			bytesWritten: 'f64?',
			reason: 'reason',
		},
	},
	/**
	 * A whole accepted connection that was closed, in good order, before the tick that would have told of it: what else
	 * were create, accept, firstIn, firstOut, peerEnd, localEnd, label and close. Times are microseconds after `at`, when it
	 * was accepted.
	 */
	brief: {
		code: 43,
		fields: {
			...ofSocket,
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
		},
	},
	/** What the socket's JavaScript side holds now; sent only when it differs from the last one. */
	sample: {
		code: 41,
		fields: {
			...ofSocket,
			bytesRead: 'f64',
			bytesWritten: 'f64',
			writableLength: 'u32',
			writableHighWaterMark: 'u32',
			readableLength: 'u32',
			writeQueueSize: 'u32',
			timeoutMs: 'u32',
			errorListeners: 'u16',
			flags: 'u16',
		},
	},
	/** The HTTP message that rides on the socket: never headers, query or body. `count` is of its requests so far. */
	label: {
		code: 42,
		fields: {
			...ofSocket,
			method: 'text',
			path: 'text',
			status: 'u16',
			count: 'u32',
			inbound: 'flag',
		},
	},

	/** After dropped records: the sockets that live follow as `alive`, and those not named are gone at `resyncEnd`. */
	resyncBegin: {code: 50, fields: {at: 'f64'}},
	alive: {
		code: 51,
		fields: {
			...ofSocket,
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
		},
	},
	resyncEnd: {code: 52, fields: {at: 'f64'}},

	/** The number that the kernel knows a worker's thread by. */
	thread: {code: 71, fields: {at: 'f64', tid: 'u32?'}},
	/** A connection that a server closed unseen, because it had as many as it may. */
	drop: {
		code: 72,
		fields: {...ofSocket, local: 'address?', peer: 'address?', connections: 'u32', drops: 'u32'},
	},
	/** How many connections a server has, may have, and has dropped since it is watched. */
	serving: {
		code: 73,
		fields: {...ofSocket, connections: 'u32', maxConnections: 'u32?', drops: 'u32'},
	},
	/** What the connection speaks since it left HTTP/1, and how many requests or streams are under way. */
	exchange: {code: 70, fields: {...ofSocket, protocol: 'text?', open: 'u32'}},
	/** Where in the program the socket was made, e.g. "server.js:41:12". Comes before the socket's first record. */
	site: {code: 60, fields: {...ofSocket, site: 'text'}},
	/** A UDP socket has its address; once more after disconnect(), when it has no peer any longer. */
	bound: {code: 61, fields: {...ofSocket, local: 'address?', inode: 'u32?'}},
	/** What waits in a UDP socket's send queue now: bytes and datagrams. */
	sampleUdp: {
		code: 62,
		fields: {
			...ofSocket,
			writeQueueSize: 'u32?',
			writeQueueCount: 'u32?',
			errorListeners: 'u16',
			referenced: 'flag?',
		},
	},
} as const satisfies Record<string, {code: number; fields: Record<string, FieldType>}>;

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
