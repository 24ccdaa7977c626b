/**
 * The public record format, version 1, as a schema. The types of written records are derived from it, and so
 * is docs/record.schema.json; tests validate every line against it. Only the readers of records import it at
 * run time.
 */
import {z} from 'zod';
import {evidenceSources} from '../../domain/diagnosis/diagnosis.ts';
import {severities} from '../../domain/diagnosis/severity.ts';
import {operations} from '../../domain/operation.ts';
import {row} from './row-schema.ts';
import {steps} from './step-schema.ts';
import {
	at,
	integer,
	nullableAddress,
	nullableBoolean,
	nullableInteger,
	nullableNumber,
	nullableText,
	phase,
	text,
} from './values-schema.ts';

const session = z.object({
	type: z.literal('session'),
	at,
	v: z.literal(1),
	netwatch: text,
	mode: z.enum(['run', 'attach', 'kernel']),
	command: z.array(text),
	pid: nullableInteger,
	host: text,
	platform: text,
});

const processRecord = z.object({
	type: z.literal('process'),
	at,
	event: z.enum(['start', 'exit', 'lost', 'unhooked']),
	proc: integer.describe('1 is the command'),
	pid: integer,
	thread: integer.describe('0 is the main one'),
	ppid: nullableInteger,
	netns: nullableText,
	node: nullableText,
	title: nullableText,
	argv: z.array(text).nullable(),
	exe: nullableText.describe('path of the executable, and the working directory: of a process without hook'),
	cwd: nullableText,
	program: nullableText.describe('short name of what it runs'),
	wrapper: nullableBoolean.describe('it only starts the program: npm, nodemon, tsx, node --watch'),
	exitCode: nullableInteger,
	signal: nullableText,
});

const gone = z.object({type: z.literal('gone'), at, id: text});

const load = z.object({
	type: z.literal('load'),
	at,
	proc: integer,
	pid: integer,
	thread: integer,
	loopDelayP50: nullableNumber.describe('milliseconds, as the two below'),
	loopDelayP99: nullableNumber,
	loopDelayMax: nullableNumber,
	cpu: nullableNumber.describe('0..1 of a core'),
	cpuWait: nullableNumber.describe('0..1 of the time its main thread was ready to run and had no core'),
	rss: nullableInteger,
	fds: nullableInteger,
	fdLimit: nullableInteger,
	sockets: nullableInteger,
	sent: nullableInteger,
	dropped: nullableInteger,
	sitesNotTaken: nullableInteger.describe('sockets whose creation site was not taken: too many in a second'),
});

const perSecond = {
	listenOverflowsPerSecond: nullableNumber,
	listenDropsPerSecond: nullableNumber,
	synDropsPerSecond: nullableNumber,
	retransSegsPerSecond: nullableNumber,
	activeOpensPerSecond: nullableNumber,
	passiveOpensPerSecond: nullableNumber,
	attemptFailsPerSecond: nullableNumber,
	resetsPerSecond: nullableNumber,
};

const kernel = z.object({
	type: z.literal('kernel'),
	at,
	netns: text,
	tookMs: z.number(),
	sockets: integer,
	notUnderstood: integer.describe('lines of ss in this look that were passed over'),
	listenOverflows: nullableInteger,
	listenDrops: nullableInteger,
	synDrops: nullableInteger,
	synCookies: nullableInteger,
	retransSegs: nullableInteger,
	outSegs: nullableInteger,
	activeOpens: nullableInteger,
	passiveOpens: nullableInteger,
	attemptFails: nullableInteger,
	resets: nullableInteger,
	timeWait: nullableInteger.describe('sockets now, as orphans; the limits beside them'),
	orphans: nullableInteger,
	timeWaitLimit: nullableInteger,
	orphanLimit: nullableInteger,
	ephemeralLow: nullableInteger,
	ephemeralHigh: nullableInteger,
	somaxconn: nullableInteger,
	...perSecond,
	ephemeral: z
		.object({local: text, peer: text, peerPort: integer, used: integer, range: integer})
		.nullable()
		.describe(
			'where the most local ports are in use, of watched clients: each such pair has the whole range',
		),
});

const networkInterface = z.object({
	type: z.literal('interface'),
	at,
	netns: text,
	name: text,
	index: integer,
	gone: z.boolean(),
	state: text.describe('UP, DOWN, UNKNOWN, as ip says'),
	mtu: nullableInteger,
	kind: nullableText.describe('what it is where it is not hardware'),
	master: nullableText.describe('the bridge or bond that it is a part of'),
	addresses: z.array(text).describe('with prefix length'),
	inBytes: nullableInteger.describe('so far, as the five below'),
	outBytes: nullableInteger,
	inDropped: nullableInteger,
	outDropped: nullableInteger,
	inErrors: nullableInteger,
	outErrors: nullableInteger,
});

const diagnosis = z.object({
	type: z.literal('diagnosis'),
	at,
	event: z
		.enum(['raised', 'cleared'])
		.describe('raised again, with the same key, where what it says has changed'),
	key: integer.describe('its number in this session'),
	rule: text,
	severity: z.enum(severities),
	phase,
	operation: z.enum(operations),
	local: nullableAddress,
	peer: nullableAddress,
	id: nullableText.describe('its row; null for what is about a process or a network namespace'),
	pid: nullableInteger,
	program: text,
	netns: nullableText,
	message: text.describe('names the operation and both ends'),
	evidence: z.array(z.object({source: z.enum(evidenceSources), fact: text, at})),
	next: z
		.union([z.object({argv: z.array(text)}), z.object({advice: text})])
		.describe('what to look at next: a command, word by word, or a sentence'),
});

const notice = z.object({
	type: z.literal('notice'),
	at,
	level: z.enum(['info', 'warn', 'error']),
	source: text,
	message: text,
});

const summary = z.object({
	type: z.literal('summary'),
	at,
	byStage: z.record(text, integer),
	byCode: z.record(text, integer),
	byRule: z.record(text, integer).describe('findings that were raised'),
	diagnoses: integer.describe('all of them'),
	rows: integer,
	steps: integer,
	dropped: integer,
	endsUnreported: integer.describe(
		'threads that ended without a last report, as after SIGKILL: what they dropped since the one before is not in dropped',
	),
	exitCode: nullableInteger,
	signal: nullableText,
	durationMs: z.number(),
});

export const record = z.discriminatedUnion('type', [
	session,
	processRecord,
	z.discriminatedUnion('step', steps),
	row,
	gone,
	load,
	kernel,
	networkInterface,
	diagnosis,
	notice,
	summary,
]);

export type PublicRecord = z.infer<typeof record>;
export type RecordOf<Type extends PublicRecord['type']> = Extract<PublicRecord, {type: Type}>;
