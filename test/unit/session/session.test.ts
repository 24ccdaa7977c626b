import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {ModelInput} from '../../../source/domain/events.ts';
import type {Changes, Output} from '../../../source/domain/output.ts';
import {createModel} from '../../../source/model/index.ts';
import {createSession, type Session} from '../../../source/session/session.ts';
import type {Emit, Source} from '../../../source/session/source.ts';
import {mainThread, moment, processStart} from '../../helpers/model/session.ts';

const origin = {proc: 1, pid: 4711, thread: 0};

/** A client that is created and connects, as a hook reports it. */
const clientInputs: readonly ModelInput[] = [
	{type: 'session', at: moment(0), command: ['node', 'client.js'], pid: null, netns: null},
	processStart(mainThread),
	{
		...{type: 'hook', at: moment(1), ...origin},
		record: {type: 'create', id: 1, at: moment(1), kind: 'tcp', role: 'client'},
	},
	{
		...{type: 'hook', at: moment(1.5), ...origin},
		record: {
			...{type: 'connect', id: 1, at: moment(1.5), inode: null},
			local: {address: '127.0.0.1', port: 50_001, family: 4},
			peer: {address: '127.0.0.1', port: 443, family: 4},
		},
	},
];

const sessionOver = (sources: readonly Source[], outputs: readonly Output[] = []): Session => {
	const session = createSession({
		model: createModel(),
		clock: {now: () => moment(2)},
		sources,
		outputs,
		drainMs: 5,
	});
	onTestFinished(() => session.close());
	return session;
};

/** A source that logs its calls, under its name. */
const notedSource = (name: string, notes: string[]): Source => ({
	start: (_emit, target) => void notes.push(`start ${name} ${target?.pid ?? 'without target'}`),
	drain: async () => void notes.push(`drain ${name}`),
	end: ({exitCode}) => void notes.push(`end ${name} ${exitCode}`),
	close: () => void notes.push(`close ${name}`),
});

describe('a session', () => {
	test('has the rows of its sources, without any command', () => {
		const session = sessionOver([{start: emit => clientInputs.forEach(emit), close() {}}]);
		session.start(null);
		expect([...session.model.rows.values()]).toMatchObject([
			{id: '1.0.1', pid: 4711, role: 'client', stage: 'open', peer: {port: 443}},
		]);
		expect(session.model.session.command).toEqual(['node', 'client.js']);
	});

	test('applies the inputs of two sources in the order that they emit them', () => {
		const emitters: Emit[] = [];
		const source: Source = {start: emit => void emitters.push(emit), close() {}};
		const session = sessionOver([source, source]);
		session.start(null);
		for (const [index, input] of clientInputs.entries()) emitters[index % 2]?.(input);
		expect(session.model.rows.get('1.0.1')?.steps.map(({step}) => step)).toEqual(['create', 'connect']);
	});

	test('shows each source the inputs of all, once the model has applied them', () => {
		const seen: string[] = [];
		const listening: Source = {
			start() {},
			onInput: input => void seen.push(`${input.type} ${session.model.rows.size}`),
			close() {},
		};
		const session = sessionOver([listening, {start: emit => clientInputs.forEach(emit), close() {}}]);
		session.start(null);
		expect(seen).toEqual(['session 0', 'process 0', 'hook 1', 'hook 1']);
	});

	test('starts its sources in their order, and drains, ends and closes them in the reverse order', async () => {
		const notes: string[] = [];
		const session = sessionOver([notedSource('a', notes), notedSource('b', notes)]);
		session.start(null);
		await session.targetEnded({exitCode: 3, signal: null});
		await session.close();
		expect(notes).toEqual([
			...['start a without target', 'start b without target'],
			...['drain b', 'drain a', 'end b 3', 'end a 3', 'close b', 'close a'],
		]);
		expect(session.model.session.ended).toMatchObject({exitCode: 3, signal: null});
	});

	test('drains the model once, and hands the same changes to every output', async () => {
		const handed: Changes[][] = [[], []];
		const ended: string[] = [];
		const noting = (index: number): Output => ({
			onChanges: changes => void handed[index]?.push(changes),
			end: async () => void ended.push(`output ${index}`),
		});
		const source: Source = {start: emit => clientInputs.forEach(emit), close() {}};
		const session = sessionOver([source], [noting(0), noting(1)]);
		session.start(null);
		await vi.waitUntil(() => handed[1]?.length);
		await session.close();
		await session.endOutputs();
		const [one = [], other = []] = handed;
		expect(one.length).toBe(other.length);
		for (const [index, changes] of one.entries()) expect(other[index]).toBe(changes);
		expect([...(one[0]?.changed ?? [])].map(({id}) => id)).toEqual(['1.0.1']);
		expect(one.slice(1).flatMap(({changed}) => [...changed])).toEqual([]);
		expect(ended).toEqual(['output 0', 'output 1']);
	});

	test('shows its outputs each input that the model has applied, and says which changes are the last', async () => {
		const notes: string[] = [];
		const output: Output = {
			onEvent: ({type}) => void notes.push(type),
			onChanges: (_changes, now, isLast) => void (isLast && notes.push(`last changes ${now - moment(2)}`)),
			end: now => void notes.push(`end ${now - moment(2)}`),
		};
		const session = sessionOver([{start: emit => clientInputs.forEach(emit), close() {}}], [output]);
		session.start(null);
		await session.close();
		await session.endOutputs();
		expect(notes).toEqual(['session', 'process', 'hook', 'hook', 'last changes 0', 'end 0']);
	});
});
