/** The steps of a connection's path, each with its own fields: a part of the public record format. */
import {z} from 'zod';
import {operations} from '../../domain/operation.ts';
import {closeReasons, kinds} from '../../domain/row.ts';
import {
	at,
	integer,
	maybeAddress,
	maybeFlag,
	maybeNumber,
	maybeText,
	phase,
	role,
	text,
} from './values-schema.ts';

const step = <Name extends string, Fields extends z.ZodRawShape>(name: Name, fields: Fields) =>
	z.object({type: z.literal('step'), at, id: text, step: z.literal(name), ...fields});

const ms = maybeNumber.describe('milliseconds since the step that this one ends');
const attempt = {
	address: maybeAddress,
	index: integer.describe('1 for the first candidate'),
	error: maybeText,
	ms,
};
const listener = {
	local: maybeAddress,
	backlog: maybeNumber,
	error: maybeText,
	connections: maybeNumber,
};
const message = {
	method: text,
	path: text.describe('without query'),
	status: maybeNumber,
	ms,
	direction: z.enum(['in', 'out']),
};

export const steps = [
	step('create', {kind: z.enum(kinds), role: role.nullable(), site: maybeText}),
	step('lookup-start', {host: text}),
	step('lookup', {host: text, candidates: z.array(text), error: maybeText, ms}),
	step('attempt', attempt),
	step('attempt-failed', attempt),
	step('attempt-timeout', attempt),
	step('connect', {local: maybeAddress, peer: maybeAddress, ms}),
	step('bind', {local: maybeAddress}),
	step('secure', {
		protocol: maybeText,
		alpn: maybeText,
		servername: maybeText,
		authorized: maybeFlag,
		ms,
	}),
	step('listen', listener),
	step('bind-error', listener),
	step('unlisten', listener),
	step('drop', {...listener, peer: maybeAddress, drops: integer}),
	step('accept', {local: maybeAddress, peer: maybeAddress, listener: maybeText}),
	step('first-in', {bytes: z.number()}),
	step('first-out', {bytes: z.number()}),
	step('request', message),
	step('response', message),
	step('full', {buffered: maybeNumber, ms}),
	step('drain', {buffered: maybeNumber, ms}),
	step('pause', {buffered: maybeNumber}),
	step('resume', {buffered: maybeNumber}),
	step('timeout', {ms: maybeNumber.describe('what the timer was set to')}),
	step('peer-end', {}),
	step('local-end', {}),
	step('error', {
		operation: z.enum(operations),
		phase,
		code: text,
		message: text,
		local: maybeAddress,
		peer: maybeAddress,
		candidates: z
			.array(z.object({address: maybeAddress, code: text}))
			.describe('attempts that failed before'),
	}),
	step('close', {
		hadError: z.boolean(),
		bytesRead: maybeNumber,
		bytesWritten: maybeNumber,
		reason: z.enum(closeReasons).exclude(['unknown']).nullable(),
	}),
] as const;
