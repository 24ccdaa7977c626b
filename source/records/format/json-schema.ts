import {z} from 'zod';
import {record} from './schema.ts';

/**
 * The public record format as a JSON Schema (draft 2020-12).
 *
 * @param fields `open` allows further fields, for readers, since a version may get new ones; `exact`
 *   describes the records of this netwatch
 */
export const recordJsonSchema = (fields: 'open' | 'exact'): object => ({
	title: 'netwatch record, version 1',
	description: 'One line of what netwatch writes with --json; docs/record-format.md has the rest.',
	// Zod's schema of an output forbids further fields, and that of an input does not.
	...z.toJSONSchema(record, {io: fields === 'open' ? 'input' : 'output'}),
});
