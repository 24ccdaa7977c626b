import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {SocketRecord} from '../../../../source/domain/events.ts';
import {stepNames} from '../../../../source/domain/operation.ts';
import {recordJsonSchema} from '../../../../source/records/format/json-schema.ts';
import {record} from '../../../../source/records/format/schema.ts';
import {steps} from '../../../../source/records/format/step-schema.ts';
import {sanitize} from '../../../../source/text/sanitize.ts';
import {connectedClient, internet, kernelSocket, processStart} from '../../../helpers/model/session.ts';
import {checkLine, flushed, recordedSession} from '../../../helpers/records/recording.ts';
import {recordOf, socketRecordNames} from '../../../helpers/wire/arbitrary-records.ts';

const documented = readFileSync(new URL('../../../../docs/record-format.md', import.meta.url), 'utf8');

it('docs/record.schema.json is generated from the code: else run npm run schema', () => {
	const file = readFileSync(new URL('../../../../docs/record.schema.json', import.meta.url), 'utf8');
	expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(recordJsonSchema('open'))));
});

describe('docs/record-format.md', () => {
	const types = record.options.flatMap(option => ('shape' in option ? [option] : []));
	const fieldsOf = (shape: object): string[] =>
		Object.keys(shape).filter(name => name !== 'type' && name !== 'at');
	/** The line of a table that begins with this name. */
	const lineOf = (name: string): string =>
		documented.split('\n').find(line => line.startsWith(`| \`${name}\``)) ?? `no line for ${name}`;

	/** Counters have a section of their own. */
	const counters = /### Counters of a namespace\n[^#]*/.exec(documented)?.[0] ?? '';

	it.each(
		types
			.filter(({shape}) => shape.type.value !== 'row')
			.map(({shape}) => [shape.type.value, shape] as const),
	)('describes every field of a %s', (type, shape) => {
		const documented = lineOf(type) + (type === 'kernel' ? counters : '');
		for (const field of fieldsOf(shape)) expect(documented).toContain(`\`${field}\``);
	});

	it.each(steps.map(({shape}) => [shape.step.value, shape] as const))(
		'describes every field of the step %s',
		(name, shape) => {
			for (const field of fieldsOf(shape).filter(each => each !== 'id' && each !== 'step')) {
				expect(lineOf(name)).toContain(`\`${field}\``);
			}
		},
	);

	it('shows a real row', () => {
		const [, example = ''] = /```json\n(\{"type": "row"[^`]*)```/.exec(documented) ?? [];
		checkLine(JSON.stringify(JSON.parse(example)));
	});
});

describe('every line is a record of the format', () => {
	it('has a step of each name, and of no other', () => {
		expect(steps.map(({shape}) => shape.step.value).sort()).toEqual([...stepNames].sort());
	});

	it('every step of the format is written for some record of a hook', () => {
		const status = {u16: fc.constantFrom(0, 200)};
		const oneOfEach = fc.tuple(...socketRecordNames.map(name => recordOf(name, status)));
		const seen = new Set<unknown>();
		fc.assert(
			fc.property(fc.array(oneOfEach, {minLength: 8, maxLength: 8}), given => {
				const session = recordedSession();
				for (const [serial, {at: _at, ...each}] of given.flat().entries()) {
					const {type, ...fields} = {...each, id: serial};
					if (type !== 'listen') session.report(0, serial, 'create', {kind: 'tcp', role: 'client'});
					// The generator makes records of sockets only, each with its own fields.
					session.report(1, serial, type as SocketRecord['type'], fields as never);
				}

				session.snapshot(2, [kernelSocket('10.0.0.5:1', '10.0.0.9:2', {cookie: 'a'})]);
				for (const line of flushed(session, 3)) if (line.type === 'step') seen.add(line.step);
			}),
			{numRuns: 6},
		);
		// A step of two rows, which no single record makes.
		const ofTwo: readonly string[] = ['handed-over', 'received'];
		const ofOne = steps.map(({shape}) => shape.step.value).filter(name => !ofTwo.includes(name));
		expect([...seen].filter(name => !ofTwo.includes(String(name))).sort()).toEqual(ofOne.sort());
	});

	it('no line is too long, for any texts and names', () => {
		/** The longest escape of 512 bytes, the most that a hook reports of a text. */
		const long = sanitize(String.fromCodePoint(0x1b, 0x22, 0xe0041).repeat(85));
		const words = Array.from({length: 64}, () => long.slice(0, 256));
		const session = recordedSession();
		session.recorder.take();
		session.apply(processStart({proc: 2, pid: 2, argv: words, title: long, program: long}));
		connectedClient(session, 1);
		session.report(1, 1, 'lookupStart', {host: long});
		session.report(1, 1, 'label', {method: long, path: long, status: 0, count: 1, inbound: true});
		for (let index = 1; index < 100; index++) {
			session.report(1, 1, 'attemptFailed', {address: internet('10.0.0.9:443'), index, error: long});
		}

		const path = {path: long};
		session.report(1, 1, 'error', {operation: long, error: long, message: '', local: path, peer: path});
		const lines = flushed(session, 2);
		expect(lines.filter(({type}) => type === 'row')).toMatchObject([{peer: path, host: long}]);
		const argv = JSON.stringify(lines.find(({type}) => type === 'process')?.argv);
		expect(argv.slice(0, 5000)).toBe(JSON.stringify(words).slice(0, 5000));
		expect(argv).toMatch(/"… \d+ more"\]$/);
	});

	it.each([
		['a field too many', {type: 'gone', at: 1, id: '1.0.1', why: 'new'}],
		['a field too few', {type: 'gone', at: 1}],
		['a step that is none', {type: 'step', at: 1, id: '1.0.1', step: 'vanish'}],
		['the field of another step', {type: 'step', at: 1, id: '1.0.1', step: 'peer-end', bytes: 1}],
		['a number where a text stands', {type: 'gone', at: 1, id: 1}],
	])('a line with %s is no record', (_, line) => {
		expect(() => checkLine(JSON.stringify(line))).toThrow('no record of the format');
	});

	it('a reader ignores unknown fields', () => {
		expect(record.parse({type: 'gone', at: 1, id: '1.0.1', why: 'new'})).toEqual({
			type: 'gone',
			at: 1,
			id: '1.0.1',
		});
	});
});
