import {fstatSync, writeSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import {openSpoolFile, type SpoolFile} from '../../../../../source/kernel/ss/events/spool-file.ts';

const files: SpoolFile[] = [];
afterEach(() => {
	for (const file of files.splice(0)) file.close();
});

const open = () => {
	const opened = openSpoolFile('test');
	if (!opened.ok) throw new Error(opened.reason);
	const file = opened.value;
	files.push(file);
	const write = (text: string): void => void writeSync(file.descriptor, text);
	const read = (limit = 1024): string | null => file.read(limit)?.toString('latin1') ?? null;
	return {file, write, read};
};

describe('a file of lines that another process appends', () => {
	test('is read in whole lines', () => {
		const {write, read} = open();
		expect(read()).toBeNull();
		write('one\ntwo\nth');
		expect(read()).toBe('one\ntwo\n');
		write('ree\n');
		expect(read()).toBe('three\n');
		expect(read()).toBeNull();
	});

	test.each([true, false])(
		'leaves out a line cut by the exit of its writer, read up to there before: %s',
		early => {
			const {file, write, read} = open();
			write('one\nbytes:12');
			const first = early ? read() : '';
			file.markBrokenLine();
			write('two\nthr');
			file.markBrokenLine();
			file.markBrokenLine();
			write('four\n');
			expect(`${first}${read()}`).toBe('one\ntwo\nfour\n');
			file.markBrokenLine();
			expect(read()).toBeNull();
			write('five\n');
			expect(read()).toBe('five\n');
		},
	);

	test('bounds a line without an end to the maximum length of a line', () => {
		const {write, read} = open();
		for (let count = 0; count < 40; count++) {
			write('x'.repeat(50_000));
			expect(read(1024 * 1024)).toBeNull();
		}
		write('\nnext\n');
		expect(read(1024 * 1024)?.length).toBeLessThan(130_000);
	});

	test('is truncated after much of it has been read', () => {
		const {file, write, read} = open();
		const lines = `${'y'.repeat(99)}\n`.repeat(12_000);
		write(lines);
		expect(read(2 * lines.length)).toBe(lines);
		expect(fstatSync(file.descriptor).size).toBe(0);
		write('next\n');
		expect(read()).toBe('next\n');
	});
});
