import {describe, expect, test} from 'vitest';
import {
	createOutputList,
	type OutputFactory,
	outputFactories,
} from '../../../../source/cli/display/output-list.ts';
import {createOutputs} from '../../../../source/session/outputs.ts';
import {connectedClient, createSession, moment} from '../../../helpers/model/session.ts';

const contextOf = (json: boolean) => {
	const session = createSession();
	connectedClient(session, 1);
	return {session, context: {options: {json, intervalMs: 1000}, version: '1.2.3', model: session.model}};
};

describe('the outputs of a session', () => {
	test('are one of records and summary, by --json', () => {
		for (const json of [true, false]) expect(createOutputList(contextOf(json).context)).toHaveLength(1);
	});

	test('include a registered one, which gets the changes of the model and the end', async () => {
		const lines: string[] = [];
		const rowCounter: OutputFactory = ({model}) => ({
			onChanges: ({changed}) => void lines.push(`${changed.size} of ${model.rows.size} rows changed`),
			end: now => void lines.push(`ended at ${now}`),
		});
		const {session, context} = contextOf(false);
		const list = createOutputList(context, [...outputFactories, rowCounter]);
		expect(list).toHaveLength(2);
		const outputs = createOutputs(session.model, list.slice(1));
		outputs.drain(moment(2));
		await outputs.end(moment(3));
		expect(lines).toEqual(['1 of 1 rows changed', '0 of 1 rows changed', `ended at ${moment(3)}`]);
	});
});
