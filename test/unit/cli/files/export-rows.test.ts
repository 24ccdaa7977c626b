import {lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {createRowExport, type RowExport} from '../../../../source/cli/files/export-rows.ts';
import {record} from '../../../../source/records/format/schema.ts';
import {
	makeAccepting,
	makeKernelView,
	makeProcessView,
	makeRow,
	makeTcpInfo,
} from '../../../helpers/model/row.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const name = 'netwatch-rows-20260102T030405Z.ndjson';
let directory = '';
let said: string[] = [];

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'netwatch-export-test-'));
	said = [];
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

const exportTo = (place: string): RowExport =>
	createRowExport({
		directory: place,
		now: () => at,
		addNotice: (level, source, message) => said.push(`${level} ${source}: ${message}`),
	});

const linesOf = (file: string): unknown[] =>
	readFileSync(join(directory, file), 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));

it('rows are lines of the public record format, in the order given, readable by their owner alone', async () => {
	const rows = [
		makeRow({id: 'b', process: makeProcessView(), kernel: makeKernelView({info: makeTcpInfo()})}),
		makeRow({id: 'a', role: 'listener', acceptQueue: makeAccepting(), label: 'x\x1b[2J\u202e'}),
	];
	const {write, flushed: settled} = exportTo(directory);
	write(rows);
	await settled();
	expect(said).toEqual([`info export: 2 rows written to ./${name}`]);
	const lines = linesOf(name);
	for (const line of lines) expect(record.parse(line)).toMatchObject({type: 'row', at});
	expect(lines).toMatchObject([{id: 'b'}, {id: 'a', label: 'x\x1b[2J\u202e'}]);
	expect(readFileSync(join(directory, name), 'utf8')).not.toMatch(/[^\P{C}\n]/u);
	expect(lstatSync(join(directory, name)).mode & 0o777).toBe(0o600);
});

it('an existing file is not overwritten, nor a link followed: the next name is taken', async () => {
	const other = join(directory, 'other');
	writeFileSync(other, 'mine');
	symlinkSync(other, join(directory, name));
	const {write, flushed: settled} = exportTo(directory);
	write([makeRow()]);
	write([makeRow(), makeRow()]);
	await settled();
	expect(readFileSync(other, 'utf8')).toBe('mine');
	expect(said).toEqual([
		'info export: 1 row written to ./netwatch-rows-20260102T030405Z-2.ndjson',
		'info export: 2 rows written to ./netwatch-rows-20260102T030405Z-3.ndjson',
	]);
});

it('many rows are written in slices, and all of them', async () => {
	const rows = Array.from({length: 1001}, () => makeRow());
	const {write, flushed: settled} = exportTo(directory);
	write(rows);
	await settled();
	expect(linesOf(name)).toMatchObject(rows.map(({id}) => ({id})));
});

it.each([
	['a directory that is gone', '/nonexistent/place', 'there is no such directory'],
	['one where not even root may write', '/sys', '(permission denied|not permitted)'],
])('%s is reported', async (_what, place, reason) => {
	const {write, flushed: settled} = exportTo(place);
	write([makeRow()]);
	await settled();
	expect(said).toEqual([
		expect.stringMatching(
			new RegExp(`^warn export: the rows could not be written to \\./${name}: ${reason}$`),
		),
	]);
});

it('a file that was not written whole is removed', async () => {
	const {write, flushed: settled} = exportTo(directory);
	const row = makeRow();
	// A number that JSON cannot have: an error half-way, like a full disk.
	Object.assign(row, {pid: 1n});
	write([makeRow(), row]);
	await settled();
	expect(said[0]).toContain('could not be written');
	expect(readdirSync(directory)).toEqual([]);
});
