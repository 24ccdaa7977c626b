/** The steps of a connection's path, each with its own fields: a part of the public record format. */
import {z} from 'zod';
import type {StepName} from '../../domain/operation.ts';
import {operations} from '../../domain/operation.ts';
import {closeReasons, kinds} from '../../domain/row.ts';
import {
	at,
	integer,
	nullableAddress,
	nullableBoolean,
	nullableInteger,
	nullableNumber,
	nullableText,
	phase,
	role,
	text,
} from './values-schema.ts';

const step = <Name extends StepName, Fields extends z.ZodRawShape>(name: Name, fields: Fields) =>
	z.object({type: z.literal('step'), at, id: text, step: z.literal(name), ...fields});

const ms = nullableNumber.describe('milliseconds since the step that this one ends');
const attempt = {
	address: nullableAddress,
	index: integer.describe('1 for the first candidate'),
	error: nullableText,
	ms,
};
const listener = {
	local: nullableAddress,
	backlog: nullableNumber,
	error: nullableText,
	connections: nullableNumber,
};
const message = {
	method: text,
	path: text.describe('without query'),
	status: nullableNumber,
	ms,
	direction: z.enum(['in', 'out']),
};

export const steps = [
	step('create', {kind: z.enum(kinds), role: role.nullable(), site: nullableText}),
	step('lookup-start', {host: text}),
	step('lookup', {host: text, candidates: z.array(text), error: nullableText, ms}),
	step('attempt', attempt),
	step('attempt-failed', attempt),
	step('attempt-timeout', attempt),
	step('connect', {local: nullableAddress, peer: nullableAddress, ms}),
	step('bind', {local: nullableAddress}),
	step('secure', {
		protocol: nullableText,
		alpn: nullableText,
		servername: nullableText,
		authorized: nullableBoolean,
		ms,
	}),
	step('listen', listener),
	step('bind-error', listener),
	step('unlisten', listener),
	step('drop', {...listener, peer: nullableAddress, drops: integer}),
	step('accept', {local: nullableAddress, peer: nullableAddress, listener: nullableText}),
	step('first-in', {bytes: z.number()}),
	step('first-out', {bytes: z.number()}),
	step('request', message),
	step('response', message),
	step('full', {buffered: nullableNumber, ms}),
	step('drain', {buffered: nullableNumber, ms}),
	step('pause', {buffered: nullableNumber}),
	step('resume', {buffered: nullableNumber}),
	step('timeout', {ms: nullableNumber.describe('what the timer was set to')}),
	step('peer-end', {}),
	step('local-end', {}),
	step('error', {
		operation: z.enum(operations),
		phase,
		code: text,
		message: text,
		local: nullableAddress,
		peer: nullableAddress,
		candidates: z
			.array(z.object({address: nullableAddress, code: text}))
			.describe('attempts that failed before'),
	}),
	step('close', {
		hadError: z.boolean(),
		bytesRead: nullableNumber,
		bytesWritten: nullableNumber,
		reason: z.enum(closeReasons).exclude(['unknown']).nullable(),
	}),
	step('handed-over', {pid: nullableInteger, row: text.describe('of the process that got the connection')}),
	step('received', {pid: nullableInteger, row: text.describe('of the process that had it before')}),
] as const;
