/** Words of the public record format that are no fields. */

/** The failed operation of an error. */
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

/** What happens to a row on its way through the stages. */
export const stepNames = [
	'create',
	'lookup-start',
	'lookup',
	'attempt',
	'attempt-failed',
	'attempt-timeout',
	'connect',
	'bind',
	'secure',
	'listen',
	'bind-error',
	'unlisten',
	'drop',
	'accept',
	'first-in',
	'first-out',
	'request',
	'response',
	'full',
	'drain',
	'pause',
	'resume',
	'timeout',
	'peer-end',
	'local-end',
	'error',
	'close',
	'handed-over',
	'received',
] as const;
export type StepName = (typeof stepNames)[number];
