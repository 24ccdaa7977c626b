/** The failed operation of an error, in the record format's words. */
export const operations = [
	'lookup',
	'bind',
	'listen',
	'connect',
	'accept',
	'handshake',
	'read',
	'write',
	'shutdown',
	'destroy',
] as const;
export type Operation = (typeof operations)[number];
