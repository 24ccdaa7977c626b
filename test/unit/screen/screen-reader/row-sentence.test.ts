import {describe, expect, it} from 'vitest';
import {durationPhrase, rowSentence} from '../../../../source/screen/screen-reader/row-sentence.ts';
import {makeKernelView, makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {address, sampleNow} from '../../../helpers/screen/sample-model.ts';

describe('a row as a sentence', () => {
	const row = makeRow({
		role: 'client',
		pid: 4711,
		stage: 'connect',
		stageSince: sampleNow - 4200,
		attempt: {n: 2, of: 3},
		host: 'api.internal',
		peer: address('10.0.0.9', 443),
		kernel: makeKernelView({state: 'SYN-SENT'}),
	});

	it.each([
		[row, 'server.js 4711, connect 2 of 3 to api.internal port 443, for 4 seconds, kernel SYN-SENT'],
		[
			{
				...row,
				stage: 'failed',
				closedAt: sampleNow,
				error: {operation: 'connect', phase: 'connect', code: 'ECONNREFUSED', message: ''},
			},
			'server.js 4711, failed with ECONNREFUSED, to api.internal port 443, kernel SYN-SENT',
		],
		[
			{
				...row,
				role: 'server',
				stage: 'draining',
				local: address('10.0.0.5', 3000),
				kernel: makeKernelView(),
				process: makeProcessView({writableLength: 149_504, needDrain: true}),
			},
			"server.js 4711, draining from api.internal port 443 on port 3000, for 4 seconds, kernel ESTAB, waits for 'drain', 146k bytes wait to be written",
		],
	] as const)('%#', (given, text) => {
		expect(rowSentence(given, sampleNow).text).toBe(text);
	});

	it('has no control sequence', () => {
		const {text} = rowSentence({...row, host: 'a\x1b]0;x\x07b', program: '\x1b[2J'}, sampleNow);
		expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
	});

	it.each([
		[-5, '0 seconds'],
		[1000, '1 second'],
		[61_000, '1 minute'],
		[7_300_000, '2 hours'],
		[2e8, '2 days'],
	])('%i ms are %s', (ms, text) => {
		expect(durationPhrase(ms)).toBe(text);
	});
});
