/**
 * The fields of rows, as data: one entry has one name everywhere. A new entry is a column where it names a table, a sort
 * key where it has `sort`, and a word of the filter language where it has `filter`.
 */
import {amountFields} from './amount-fields.ts';
import type {Field} from './field.ts';
import {listenerFields} from './listener-fields.ts';
import {textFields} from './text-fields.ts';

export type {AmountUnit, Field, FieldTable} from './field.ts';

/** In the order in which the help page and the documentation tell the words of the filter language. */
export const fields = [...textFields, ...amountFields, ...listenerFields] as const;

type KnownField = (typeof fields)[number];
export type FieldId = KnownField['id'];
/** Ids of the fields that rows can be put in the order of. */
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

/** The id of a column by that of settings, which an earlier netwatch may have written. */
export const currentColumnId = (id: string): string => columnIdsByFormer.get(id) ?? id;
