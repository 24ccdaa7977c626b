/**
 * The outputs of a session, by its arguments. To add one, write it in its own folder and register it here.
 */

import type {Output} from '../../domain/output.ts';
import type {Model} from '../../model/model.ts';
import {createLineWriter} from '../../records/write/line-writer.ts';
import {createRecorder} from '../../records/write/recorder.ts';
import {summaryText} from '../../report/summary.ts';
import type {RunArguments} from '../../session/options.ts';
import {writeStderr} from '../process/stderr.ts';

export type OutputContext = {
	options: Pick<RunArguments, 'json' | 'intervalMs'>;
	version: string;
	model: Model;
};

/** Creates an output; null when the arguments do not request it. */
export type OutputFactory = (context: OutputContext) => Output | null;

/** `--json`: records on standard output. */
const records: OutputFactory = ({options, version, model}) =>
	options.json ? createRecorder(model, createLineWriter(1), version, options.intervalMs) : null;

/** The summary: a few lines on standard error at the end. */
const summary: OutputFactory = ({options, model}) =>
	options.json ? null : {onChanges() {}, end: now => writeStderr(summaryText(model, now))};

export const outputFactories: readonly OutputFactory[] = [records, summary];

export const createOutputList = (context: OutputContext, factories = outputFactories): Output[] =>
	factories.map(create => create(context)).filter(output => output !== null);
