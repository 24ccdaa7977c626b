import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {expect, type TestContext, test} from 'vitest';
import {type FifoReader, openFifoReader} from '../../../source/intake/fifo-reader.ts';
import type {WireRecord} from '../../../source/wire/records.ts';
import {node, root} from '../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {until} from '../../helpers/process/until.ts';

type Reading = {reader: FifoReader; records: WireRecord[]; run(script: string): ReturnType<typeof spawn>};

/** A FIFO with a reader, and a way to run programs with the hook that writes to it. */
const openFifo = (context: TestContext): Reading => {
	const fifo = join(temporaryDirectory(context), 'fifo');
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const records: WireRecord[] = [];
	const reader = openFifoReader(fifo, frame => records.push(...frame.records));
	context.onTestFinished(() => reader.close());
	const run = (script: string): ReturnType<typeof spawn> => {
		const child = spawn(node, ['--require', join(root, 'dist/hook.cjs'), '-e', script], {
			stdio: ['pipe', 'ignore', 'inherit'],
			env: {...process.env, NETWATCH_FIFO: fifo},
		});
		context.onTestFinished(() => void child.kill('SIGKILL'));
		return child;
	};
	return {reader, records, run};
};

const exits = (records: readonly WireRecord[]): number => records.filter(({type}) => type === 'exit').length;

test('all that ended programs wrote is read before the end', async context => {
	const {reader, records, run} = openFifo(context);
	await Promise.all(Array.from({length: 4}, () => once(run('0'), 'exit')));
	await reader.readAll();
	expect(exits(records)).toBe(4);
});

test('the end is not reached while a program runs, and a program that starts after it is read as well', async context => {
	const {reader, records, run} = openFifo(context);
	let isAllRead = false;
	const living = run('process.stdin.resume()');
	await until('its hello', () => records.some(({type}) => type === 'hello'));
	const end = reader.readAll().then(() => {
		isAllRead = true;
	});
	await once(run('0'), 'exit');
	await until('the exit of another', () => exits(records) === 1);
	expect(isAllRead).toBe(false);
	living.stdin?.end();
	await end;
	expect(exits(records)).toBe(2);
	await once(run('0'), 'exit');
	await reader.readAll();
	expect(exits(records)).toBe(3);
});
