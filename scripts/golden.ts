#!/usr/bin/env tsx
// Writes test/fixtures/recordings/*.expected.jsonl from the recordings beside them, after a change of the record format
// that is meant: the difference is to be read before it is committed.
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {replayRecording} from '../test/helpers/records/replay.ts';

const recordings = fileURLToPath(new URL('../test/fixtures/recordings', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'netwatch-golden-'));
try {
	for (const name of readdirSync(recordings).filter(file => /^[^.]+\.jsonl$/.test(file))) {
		const text = await replayRecording(join(recordings, name), join(directory, name));
		writeFileSync(join(recordings, name.replace(/\.jsonl$/, '.expected.jsonl')), text);
	}
} finally {
	rmSync(directory, {recursive: true});
}
