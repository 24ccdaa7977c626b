import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {checkLine} from '../../../helpers/records/recording.ts';
import {replayRecording} from '../../../helpers/records/replay.ts';

const recordings = resolve(import.meta.dirname, '../../../fixtures/recordings');

test('a stored session gives the stored bytes of --json', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-golden-'));
	onTestFinished(() => rmSync(directory, {recursive: true}));
	const text = await replayRecording(
		join(recordings, 'tcp-and-http.jsonl'),
		join(directory, 'records.jsonl'),
	);
	const expected = readFileSync(join(recordings, 'tcp-and-http.expected.jsonl'), 'utf8');
	const types = expected
		.trimEnd()
		.split('\n')
		.map(line => checkLine(line).type);
	expect(new Set(types)).toEqual(
		new Set([
			...['session', 'process', 'step', 'row', 'gone', 'load'],
			...['kernel', 'interface', 'diagnosis', 'notice', 'summary'],
		]),
	);
	expect(text).toBe(expected);
});
