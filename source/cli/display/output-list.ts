/**
 * The outputs of a session, by its arguments. To add one, write it in its own folder and register it here.
 */

import {formatBytes} from '../../domain/format.ts';
import type {Output} from '../../domain/output.ts';
import type {Model} from '../../model/model.ts';
import {createLineWriter, maxPendingBytes} from '../../records/write/line-writer.ts';
import {createRecorder} from '../../records/write/recorder.ts';
import {summaryText} from '../../report/summary.ts';
import type {RunArguments} from '../../session/options.ts';
import {tryWriteStderr, writeStderr} from '../process/stderr.ts';

export type OutputContext = {
	options: Pick<RunArguments, 'json' | 'intervalMs'>;
	version: string;
	model: Model;
};

/** Creates an output; null when the arguments do not request it. */
export type OutputFactory = (context: OutputContext) => Output | null;

/** `--json`: records on standard output. */
const records: OutputFactory = ({options, version, model}) => {
	if (!options.json) return null;
	// Without a listener the signal of a file that reaches its size limit (ulimit -f) would end netwatch.
	process.on('SIGXFSZ', () => {});
	const writer = createLineWriter(1, reason =>
		tryWriteStderr(
			`netwatch: records cannot be written: ${reason}; up to ${formatBytes(maxPendingBytes)} of them wait for room\n`,
		),
	);
	const recorder = createRecorder(model, writer, version, options.intervalMs);
	return {
		...recorder,
		async end(now) {
			await recorder.end(now);
			if (!recorder.hasFailed) return;
			const {failure, droppedLines: count} = writer;
			tryWriteStderr(`netwatch: ${count} ${count === 1 ? 'record is' : 'records are'} lost: ${failure}\n`);
		},
		get hasFailed() {
			return recorder.hasFailed ?? false;
		},
	};
};

/** The summary: a few lines on standard error at the end. */
const summary: OutputFactory = ({options, model}) =>
	options.json ? null : {onChanges() {}, end: now => writeStderr(summaryText(model, now))};

export const outputFactories: readonly OutputFactory[] = [records, summary];

export const createOutputList = (context: OutputContext, factories = outputFactories): Output[] =>
	factories.map(create => create(context)).filter(output => output !== null);
