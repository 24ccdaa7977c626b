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
	/** The handle was taken from the socket, as `child.send('…', socket)` does. */
	'handed-over',
	/** The garbage collector has taken a socket that was never used. */
	'collected',
] as const;

/** The field types whose value is one of a list; the wire carries its index. */
export const enumerations: Readonly<Record<'kind' | 'role' | 'reason', readonly unknown[]>> = {
	kind: kinds,
	role: roles,
	reason: closeReasons,
};

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

/** The field types and their TypeScript types. One that ends in `?` can carry "not observed", which is null. */
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
