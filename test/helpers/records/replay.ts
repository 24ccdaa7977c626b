/** A stored recording of a session: what its sources gave, replayed from the wire's bytes to the lines of `--json`. */
import {closeSync, openSync, readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {z} from 'zod';
import type {ModelInput} from '../../../source/domain/events.ts';
import {createHookThreads} from '../../../source/intake/hook-threads.ts';
import {createModel} from '../../../source/model/index.ts';
import {createLineWriter} from '../../../source/records/write/line-writer.ts';
import {createRecorder} from '../../../source/records/write/recorder.ts';
import {createOutputs} from '../../../source/session/outputs.ts';
import {createFrameReader} from '../../../source/wire/decode.ts';
import {noLimits} from './recording.ts';

/** The first line of a recording. `offset` turns the hooks' clock into ms since the epoch. */
const header = z.object({offset: z.number(), pid: z.number(), keepMs: z.number(), intervalMs: z.number()});

/** Each line after it: bytes of the hooks' FIFO in base64, an input of another source, or a call of the recorder. */
const entry = z.union([
	z.object({at: z.number(), frames: z.string()}),
	z.object({at: z.number(), input: z.looseObject({type: z.string()})}),
	z.object({
		at: z.number(),
		commandEnded: z.object({exitCode: z.number().nullable(), signal: z.string().nullable()}),
	}),
	z.object({at: z.number(), flush: z.literal(true)}),
	z.object({at: z.number(), end: z.literal(true)}),
]);

/**
 * @param recording path of the recording
 * @param output path of the file that takes the lines
 * @returns the lines as they were written, with this host's name and platform replaced by `example` and `linux`
 */
export async function replayRecording(recording: string, output: string): Promise<string> {
	const [first, ...rest] = readLines(recording);
	const {offset, pid, keepMs, intervalMs} = header.parse(first);
	let now = 0;
	const clock = {now: () => now, toEpoch: (ms: number) => offset + ms, monotonicShiftOf: () => 0};
	const descriptor = openSync(output, 'w');
	const writer = createLineWriter(descriptor);
	const model = createModel({closedForMs: keepMs});
	const outputs = createOutputs(model, [createRecorder(model, writer, '1.2.3', intervalMs, noLimits)]);
	const apply = (input: ModelInput): void => {
		model.apply(input);
		outputs.event(input);
	};
	const hookThreads = createHookThreads(clock, {pid}, apply);
	const frames = createFrameReader();
	for (const each of rest.map(line => entry.parse(line))) {
		now = each.at;
		if ('frames' in each) frames.push(Buffer.from(each.frames, 'base64')).forEach(hookThreads.applyFrame);
		else if ('input' in each) apply(reviveInput(each.input));
		else if ('commandEnded' in each)
			hookThreads.commandEnded(each.commandEnded.exitCode, each.commandEnded.signal);
		else if ('flush' in each) outputs.drain(now);
		else await outputs.end(now);
	}

	closeSync(descriptor);
	return readFileSync(output, 'utf8').replace(
		`"host":${JSON.stringify(hostname())},"platform":${JSON.stringify(process.platform)}`,
		'"host":"example","platform":"linux"',
	);
}

export const readLines = (path: string): unknown[] =>
	readFileSync(path, 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));

/** JSON has neither maps nor sets. */
function reviveInput(input: {type: string; [field: string]: unknown}): ModelInput {
	const revived: Record<string, unknown> = {...input};
	if (Array.isArray(input.owners)) revived.owners = new Map(input.owners);
	if (typeof input.end === 'object' && input.end !== null && 'socketKinds' in input.end)
		revived.end = {...input.end, socketKinds: new Set(z.array(z.string()).parse(input.end.socketKinds))};
	// The recording was made of a session's inputs; the test compares all that comes of them.
	return revived as ModelInput;
}
