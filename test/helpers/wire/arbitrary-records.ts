import fc from 'fast-check';
import {
	type Address,
	closeReasons,
	type FieldType,
	type FieldTypes,
	kinds,
	roles,
} from '../../../source/wire/field-types.ts';
import {type RecordName, records, type WireRecord} from '../../../source/wire/records.ts';

/** Any code points but halves of pairs: what UTF-8 can carry. */
const text = fc.string({unit: 'binary', maxLength: 24});
const port = fc.integer({min: 0, max: 0xff_ff});
const u32 = fc.integer({min: 0, max: 0xff_ff_ff_ff});
const f64 = fc.double({noNaN: true, noDefaultInfinity: true});

const address: fc.Arbitrary<Address> = fc.oneof(
	fc.record({address: fc.ipV4(), port, family: fc.constant(4 as const)}),
	fc.record({address: fc.ipV6(), port, family: fc.constant(6 as const)}),
	fc.record({path: text}),
);

/** For each field type, the values that it can carry unchanged. */
const values: {[Type in FieldType]: fc.Arbitrary<FieldTypes[Type]>} = {
	u8: fc.integer({min: 0, max: 0xff}),
	u16: fc.integer({min: 0, max: 0xff_ff}),
	u32,
	f64,
	flag: fc.boolean(),
	text,
	kind: fc.constantFrom(...kinds),
	role: fc.constantFrom(...roles),
	reason: fc.constantFrom(...closeReasons),
	list: fc.array(text, {maxLength: 6}),
	'u32?': fc.option(fc.integer({min: 0, max: 0xff_ff_ff_fe})),
	'f64?': fc.option(f64),
	'flag?': fc.option(fc.boolean()),
	'text?': fc.option(text),
	'address?': fc.option(address),
};

export const recordNames = Object.keys(records) as RecordName[];
/** The records that the model applies to a row. */
export const socketRecordNames: readonly RecordName[] = recordNames.filter(
	name => 'id' in records[name].fields && name !== 'shortConnection',
);

/**
 * Any record of this name.
 *
 * @param overrides other values for some field types, e.g. texts that are too long
 */
export const recordOf = (
	name: RecordName,
	overrides: {[Type in FieldType]?: fc.Arbitrary<FieldTypes[Type]>} = {},
): fc.Arbitrary<WireRecord> => {
	const fields = Object.entries(records[name].fields).map(([field, type]: [string, FieldType]) => [
		field,
		overrides[type] ?? values[type],
	]);
	// The fields and their types come from the table: no static type can repeat them.
	return fc.record({
		type: fc.constant(name),
		...Object.fromEntries(fields),
	}) as unknown as fc.Arbitrary<WireRecord>;
};

export const anyRecord: fc.Arbitrary<WireRecord> = fc.oneof(...recordNames.map(name => recordOf(name)));
