/** Types of values in the public record format. */
import {z} from 'zod';
import {kernelStates, phases, stages} from '../../domain/row.ts';

export const text = z.string();
export const integer = z.number().int().min(0);
export const nullableText = z.string().nullable();
export const nullableNumber = z.number().nullable();
export const nullableInteger = integer.nullable();
export const nullableBoolean = z.boolean().nullable();

export const at = z.number().meta({
	id: 'time',
	description: 'milliseconds since the epoch, with microsecond fraction',
});

export const address = z
	.union([
		z.object({
			address: text,
			port: integer.min(0).max(65_535),
			family: z.union([z.literal(4), z.literal(6)]),
		}),
		z.object({path: text}),
	])
	.meta({id: 'address', description: 'an internet address with its port, or the path of a unix socket'});
export const nullableAddress = address.nullable();

export const stage = z.enum(stages).meta({id: 'stage', description: 'where the connection stands'});
export const phase = z
	.enum(phases)
	.meta({id: 'phase', description: 'the part of the path an error belongs to'});
export const kernelState = z.enum(kernelStates).meta({id: 'kernelState', description: 'as ss names it'});
export const role = z.enum(['client', 'server', 'listener']).meta({id: 'role'});
