import {expect, test, vi} from 'vitest';
import type {Changes, Output} from '../../../../source/domain/output.ts';
import {createModel} from '../../../../source/model/index.ts';
import type {LineWriter} from '../../../../source/records/write/line-writer.ts';
import {createRecorder} from '../../../../source/records/write/recorder.ts';
import {makeRow} from '../../../helpers/model/row.ts';
import {found} from '../../../helpers/model/rule-engine.ts';
import {moment} from '../../../helpers/model/session.ts';

type Sink = LineWriter & {hasRoom: boolean; isStuck: boolean; names: () => string[]};

const createSink = (): Sink => {
	const lines: string[] = [];
	return {
		writeLine: text => lines.push(text) > 0,
		names: () =>
			lines.splice(0).map(text => {
				const {type, id} = JSON.parse(text);
				return id === undefined ? type : `${type} ${id}`;
			}),
		...{hasRoom: true, isStuck: false, droppedLines: 0, failure: null},
		end: () => Promise.resolve(),
	};
};

const createRecording = (sliceMs: number, mostWaiting = 1000): {sink: Sink; recorder: Output} => {
	const sink = createSink();
	return {sink, recorder: createRecorder(createModel(), sink, '1.2.3', 1000, {sliceMs, mostWaiting})};
};

const names = Array.from({length: 40}, (_, index) => `row r${index}`);
const changes = (more: Partial<Changes> = {}): Changes => ({
	changed: new Set(names.map(name => makeRow({id: name.slice(4)}))),
	...{removedIds: [], steps: [], diagnoses: [], notices: []},
	...more,
});

test('many rows are written bit by bit, and all of them before the summary', async () => {
	const {sink, recorder} = createRecording(0);
	recorder.onChanges(changes(), moment(1), false);
	const first = sink.names();
	expect(first.length).toBeLessThan(names.length);
	const written = await vi.waitUntil(() => {
		first.push(...sink.names());
		return first.length === names.length && first;
	});
	expect(written).toEqual(names);
	recorder.onChanges(changes(), moment(3), true);
	await recorder.end(moment(3));
	expect(sink.names()).toEqual([...names, 'summary']);
});

test('rows wait for a slow reader; a finding comes after its row, and removed ones after the rest', () => {
	const {sink, recorder} = createRecording(Number.POSITIVE_INFINITY);
	sink.hasRoom = false;
	const {operation, ...finding} = found('slow');
	const diagnosis = {
		...finding,
		...{operation, key: 1, rule: 'not-reading', severity: 'warn', phase: 'read', id: 'r7', count: 1},
		...{pid: 1, program: 'server.js', netns: '1', raisedAt: 1, clearedAt: null, proc: 1, thread: 0},
	};
	recorder.onChanges(
		changes({
			removedIds: ['r3'],
			diagnoses: [{event: 'raised', at: moment(1), diagnosis} as Changes['diagnoses'][number]],
		}),
		moment(1),
		false,
	);
	expect(sink.names()).toEqual(['row r7', 'diagnosis r7']);
	sink.hasRoom = true;
	recorder.onChanges(changes({changed: new Set()}), moment(2), false);
	expect(sink.names()).toEqual(names.filter(name => !/ r[37]$/.test(name)));
});

test('the end does not wait for room where nothing can be written any more', async () => {
	const {sink, recorder} = createRecording(Number.POSITIVE_INFINITY);
	sink.hasRoom = false;
	sink.isStuck = true;
	recorder.onChanges(changes(), moment(1), true);
	expect(sink.names()).toEqual([]);
	await recorder.end(moment(1));
	expect(sink.names()).toEqual([...names, 'summary']);
});

test('the end waits for a reader that is behind and catches up', async () => {
	const {sink, recorder} = createRecording(Number.POSITIVE_INFINITY);
	sink.hasRoom = false;
	recorder.onChanges(changes(), moment(1), true);
	const ended = recorder.end(moment(1));
	expect(sink.names()).toEqual([]);
	sink.hasRoom = true;
	await ended;
	expect(sink.names()).toEqual([...names, 'summary']);
});

test('more rows than wait for a stopped reader are passed on, to be dropped and counted', () => {
	const {sink, recorder} = createRecording(0, 100);
	sink.hasRoom = false;
	const rows = (from: number, count: number) =>
		new Set(Array.from({length: count}, (_, index) => makeRow({id: `r${from + index}`})));
	recorder.onChanges(changes({changed: rows(0, 99)}), moment(1), false);
	expect(sink.names()).toEqual([]);
	recorder.onChanges(changes({changed: rows(99, 51)}), moment(2), false);
	const passedOn = sink.names().length;
	expect(passedOn).toBeGreaterThanOrEqual(51);
	expect(passedOn).toBeLessThan(80);
});
