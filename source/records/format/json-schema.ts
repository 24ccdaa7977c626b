import {z} from 'zod';
import {record} from './schema.ts';

/**
 * The public record format as a JSON Schema (draft 2020-12).
 *
 * @param fields whether fields beyond the known ones are allowed: `open` for readers, since fields may be added within
 *   a version, `exact` for what this netwatch writes
 */
export const recordJsonSchema = (fields: 'open' | 'exact'): object => ({
	title: 'netwatch record, version 1',
	description: 'One line of what netwatch writes with --json; docs/record-format.md tells the rest.',
	// Zod says of its output what is in it and nothing more.
	...z.toJSONSchema(record, {io: fields === 'open' ? 'input' : 'output'}),
});
