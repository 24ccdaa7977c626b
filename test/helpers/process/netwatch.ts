/**
 * The built netwatch without a screen: its records are read as they come, and each is checked against the public format.
 */
import {isDeepStrictEqual} from 'node:util';
import {z} from 'zod';
import {
	type PublicRecord,
	type RecordOf,
	record as recordSchema,
} from '../../../source/records/format/schema.ts';
import {cli, node} from './paths.ts';
import {type Options, type Program, start} from './program.ts';
import type {Lifetime} from './temporary-directory.ts';

export type Row = RecordOf<'row'>;
/** With the step's own fields, which are as many as there are steps. */
export type Step = RecordOf<'step'> & Readonly<Record<string, unknown>>;

/** A running `netwatch --json`. The command's standard output goes to netwatch's standard error there. */
export type Netwatch = Program & {
	/** Every record so far. */
	readonly records: readonly PublicRecord[];
	/** The last record of each row, also of rows that have left the table. */
	readonly rows: ReadonlyMap<string, Row>;
	all<Type extends PublicRecord['type']>(type: Type): RecordOf<Type>[];
	/** Notices, but for those that are only for information. */
	troubles(): RecordOf<'notice'>[];
	/** The steps of a row, in the order of their times. */
	stepsOf(id: string): Step[];
	/** The facts of a target under this name, in order. */
	facts<Fields>(name: string, fields: z.ZodType<Fields>): Fields[];
	/** Waits until a target has printed the fact. */
	fact<Fields>(name: string, fields: z.ZodType<Fields>): Promise<Fields>;
	/** Waits for the last record of a command that ends; what the command wrote has been read then. */
	summary(): Promise<RecordOf<'summary'>>;
};

/**
 * Starts `netwatch --json` over a command.
 *
 * @param command what is watched, e.g. `[node, target('echo-pair')]`
 * @param options.args options of netwatch's own
 * @param options.through words before netwatch, that run it in another place or as another user
 * @param options.built another copy of the built netwatch
 */
export const startNetwatch = (
	context: Lifetime,
	command: readonly string[],
	options: Options & {args?: readonly string[]; through?: readonly string[]; built?: string} = {},
): Netwatch => {
	const {args = [], through = [], built = cli} = options;
	const [first = node, ...words] = [...through, node, built, '--json', ...args, '--', ...command];
	const records: PublicRecord[] = [];
	const rows = new Map<string, Row>();
	const program = start(context, first, words, options, {
		onLine(line) {
			const record = readRecord(line);
			records.push(record);
			if (record.type === 'row') rows.set(record.id, record);
		},
		explain: () => `last records:\n${lastOf(records)}`,
	});
	const all: Netwatch['all'] = type => records.filter(isOfType(type));
	const facts: Netwatch['facts'] = (name, fields) =>
		factLines(program.stderr(), name).map(fact => fields.parse(fact));
	return {
		...program,
		records,
		rows,
		all,
		troubles: () => all('notice').filter(({level}) => level !== 'info'),
		stepsOf: id =>
			all('step')
				.filter(step => step.id === id)
				.sort((one, other) => one.at - other.at),
		facts,
		fact: (name, fields) => program.until(() => facts(name, fields)[0]),
		async summary() {
			const summary = await program.until(() => all('summary')[0]);
			// The command wrote before: its output is in the other pipe, and is read in the next turn of the loop.
			await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
			return summary;
		},
	};
};

const isOfType =
	<Type extends PublicRecord['type']>(type: Type) =>
	(record: PublicRecord): record is RecordOf<Type> =>
		record.type === type;

const readRecord = (line: string): PublicRecord => {
	const raw: unknown = JSON.parse(line);
	const read = recordSchema.safeParse(raw);
	if (!read.success) throw new Error(`not of the record format: ${line}\n${z.prettifyError(read.error)}`);
	// The schema drops unknown fields.
	if (!isDeepStrictEqual(read.data, raw)) throw new Error(`fields that the format does not name: ${line}`);
	return read.data;
};

/** A target prints a fact as one line, which begins with its name. */
const factLines = (text: string, name: string): unknown[] =>
	text
		.split('\n')
		.slice(0, -1)
		.filter(line => line.startsWith(`{"fact":${JSON.stringify(name)},`))
		.map(line => JSON.parse(line));

const recordsShown = 30;

const lastOf = (records: readonly PublicRecord[]): string =>
	records
		.filter(({type}) => type !== 'load' && type !== 'kernel')
		.slice(-recordsShown)
		.map(record => JSON.stringify(record))
		.join('\n');

const address = z
	.union([
		z.object({address: z.string(), port: z.number(), family: z.number()}),
		z.object({path: z.string()}),
	])
	.nullable();

/** A target's knowledge of one of its sockets, in the record format's words. */
export const socketFact = z.object({
	local: address,
	peer: address,
	inode: z.number().nullable(),
	bytesRead: z.number(),
	bytesWritten: z.number(),
	readyState: z.string(),
	writableLength: z.number(),
	writableHighWaterMark: z.number(),
	needDrain: z.boolean(),
	readableLength: z.number(),
	paused: z.boolean(),
});
export type SocketFact = z.infer<typeof socketFact>;

export const listenerFact = z.object({local: address, inode: z.number().nullable()});
