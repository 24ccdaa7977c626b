import {Ajv2020} from 'ajv/dist/2020.js';
import {expect} from 'vitest';
import type {ModelInput} from '../../../source/domain/events.ts';
import type {Model} from '../../../source/model/model.ts';
import {recordJsonSchema} from '../../../source/records/format/json-schema.ts';
import {type LineWriter, maxLineBytes} from '../../../source/records/write/line-writer.ts';
import {createRecorder, type RecorderLimits} from '../../../source/records/write/recorder.ts';
import {createOutputs} from '../../../source/session/outputs.ts';
import {createSession, moment} from '../model/session.ts';

export type Line = {type: string; at: number; [field: string]: unknown};

const validate = new Ajv2020({allErrors: false, strictTuples: false}).compile(recordJsonSchema('exact'));

/** A line as it was written must be a record of the format, with its fields and no others. */
export const checkLine = (text: string): Line => {
	expect(text).not.toContain('\n');
	expect(Buffer.byteLength(text) + 1).toBeLessThanOrEqual(maxLineBytes);
	const line: Line = JSON.parse(text);
	if (!validate(line)) throw new Error(`no record of the format: ${text.slice(0, 2000)}`);
	return line;
};

export type Recording = {
	/** To be called with each input that the model has applied. */
	input(input: ModelInput): void;
	/** Drains the model into the recorder. */
	flush(now: number): void;
	/** Drains the model for the last time, and ends the recorder. */
	end(now: number): void;
	/** The lines since the last call, each checked against the schema. */
	take(): Line[];
};

/** Nothing is left for later, however slow the machine is. */
export const noLimits: RecorderLimits = {
	sliceMs: Number.POSITIVE_INFINITY,
	mostWaiting: Number.POSITIVE_INFINITY,
};

/** A recorder that writes into memory. */
export const record = (model: Model, intervalMs = 1000): Recording => {
	let texts: string[] = [];
	const sink: LineWriter = {
		writeLine(text) {
			texts.push(text);
			return true;
		},
		hasRoom: true,
		isStuck: false,
		droppedLines: 0,
		failure: null,
		end: () => Promise.resolve(),
	};
	const outputs = createOutputs(model, [createRecorder(model, sink, '1.2.3', intervalMs, noLimits)]);
	return {
		input: outputs.event,
		flush: outputs.drain,
		end: now => void outputs.end(now),
		take() {
			const lines = texts.map(checkLine);
			texts = [];
			return lines;
		},
	};
};

export type Recorded = ReturnType<typeof createSession> & {recorder: Recording};

/** A session that is recorded, from its first input on; a row is written once a second. */
export const recordedSession = (): Recorded => {
	const session = createSession();
	const recorder = record(session.model);
	for (const input of session.inputs) recorder.input(input);
	session.onInput = recorder.input;
	return Object.assign(session, {recorder});
};

/** The records that a flush at this second writes, and those before it. */
export const flushed = ({recorder}: Recorded, seconds: number): Line[] => {
	recorder.flush(moment(seconds));
	return recorder.take();
};
