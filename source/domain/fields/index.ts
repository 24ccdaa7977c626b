/**
 * The fields of rows, as data: one entry is the only place of a name. A new entry becomes a column where it
 * names a table, a sort key where it has `sort`, and a filter word where it has `filter`.
 */
import {amountFields} from './amount-fields.ts';
import type {Field} from './field.ts';
import {listenerFields} from './listener-fields.ts';
import {textFields} from './text-fields.ts';

export type {AmountUnit, Field, FieldTable} from './field.ts';

/** In the order of the filter words in the help page and the documentation. */
export const fields = [...textFields, ...amountFields, ...listenerFields] as const;

type KnownField = (typeof fields)[number];
export type FieldId = KnownField['id'];
/** Ids of the fields that are sort keys. */
export type SortKey = Extract<KnownField, {sort: object}>['id'];

const fieldsById: ReadonlyMap<string, Field> = new Map(fields.map(field => [field.id, field]));

/** @throws where there is no such field, which the type excludes */
export const fieldOf = (id: FieldId): Field => {
	const field = fieldsById.get(id);
	if (field === undefined) throw new Error(`there is no field ${id}`);
	return field;
};

const columnIdsByFormer: ReadonlyMap<string, string> = new Map(
	fields.flatMap(({id, formerColumnIds = []}: Field) => formerColumnIds.map(former => [former, id] as const)),
);

/** Maps a column id from settings, possibly of an earlier version, to the current one. */
export const currentColumnId = (id: string): string => columnIdsByFormer.get(id) ?? id;
