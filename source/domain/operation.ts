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

/** What happens to a row on its way through the stages, in the words of the public record format. */
export const stepNames = [
	...([
		'create',
		'lookup-start',
		'lookup',
		'attempt',
		'attempt-failed',
		'attempt-timeout',
		'connect',
	] as const),
	...([
		'bind',
		'secure',
		'listen',
		'bind-error',
		'unlisten',
		'drop',
		'accept',
		'first-in',
		'first-out',
	] as const),
	...([
		'request',
		'response',
		'full',
		'drain',
		'pause',
		'resume',
		'timeout',
		'peer-end',
		'local-end',
	] as const),
	...(['error', 'close', 'handed-over', 'received'] as const),
] as const;
export type StepName = (typeof stepNames)[number];
