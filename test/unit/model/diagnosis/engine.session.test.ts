// Findings of the product's own rules through the model: short connections, full tables, replayed inputs.
import {describe, expect, it} from 'vitest';
import {createModel} from '../../../../source/model/index.ts';
import type {Model} from '../../../../source/model/model.ts';
import {closed, createSession, internet, moment, type Session} from '../../../helpers/model/session.ts';
import {flushed, recordedSession} from '../../../helpers/records/recording.ts';

/** A client whose destination port has no listener. */
const refusedClient = (session: Session, serial: number, at: number): void => {
	const peer = internet('10.0.0.9:443');
	session.report(at, serial, 'create', {kind: 'tcp', role: 'client'});
	session.report(at, serial, 'attempt', {address: peer, index: 1, of: 1});
	const error = {
		operation: 'connect',
		error: 'ECONNREFUSED',
		message: 'connect ECONNREFUSED',
		local: null,
		peer,
	};
	session.report(at, serial, 'error', error);
	session.report(at, serial, 'close', {...closed, hadError: true, reason: 'error'});
};

const changes = (model: Model): string[] =>
	model
		.takeChanges()
		.diagnoses.filter(({diagnosis}) => diagnosis.rule === 'connect-refused')
		.map(({event, diagnosis}) => `${event} ${diagnosis.id}`);

describe('the finding of a refused connection', () => {
	it('is raised while its row is in the table, and cleared when the row leaves', () => {
		const session = createSession();
		refusedClient(session, 1, 0);
		const events = [0.1, 0.25, 0.5, 0.75, 5, 10.25].map(seconds => {
			session.pass(seconds);
			return changes(session.model).join();
		});
		expect(events).toEqual(['', '', '', 'raised 1.0.1', '', 'cleared 1.0.1']);
	});

	it.each([
		['its row goes at once', {closedForMs: 0}],
		['there is no place for closed rows', {closedRows: 0}],
	])('is raised for a row of any lifetime, where %s', (_, limits) => {
		const session = createSession(limits);
		refusedClient(session, 1, 0);
		for (const seconds of [0.1, 0.35]) session.pass(seconds);
		expect(session.model.rows.size).toBe(0);
		expect(changes(session.model)).toEqual(['raised 1.0.1', 'cleared 1.0.1']);
		const [diagnosis] = session.model.diagnoses.list.values();
		expect(diagnosis).toMatchObject({rule: 'connect-refused', peer: internet('10.0.0.9:443'), pid: 4711});
	});

	it('is raised for a row that closes when the command ends, and is not cleared', () => {
		const session = createSession();
		refusedClient(session, 1, 0);
		session.apply({type: 'ended', at: moment(0.01), exitCode: 1, signal: null});
		session.pass(60);
		expect(changes(session.model)).toEqual(['raised 1.0.1']);
		expect(session.row('1.0.1').severity).toBe('error');
	});

	it('is suppressed while its rule is silenced, and raised when the rule is enabled again', () => {
		const session = createSession();
		session.apply({type: 'ignore', at: moment(0), rule: 'connect-refused', on: true});
		refusedClient(session, 1, 0);
		session.pass(1);
		expect(changes(session.model)).toEqual([]);
		session.apply({type: 'ignore', at: moment(1), rule: 'connect-refused', on: false});
		for (const seconds of [2, 3]) session.pass(seconds);
		expect(changes(session.model)).toEqual(['raised 1.0.1']);
	});

	it('causes no redraw while its message stays the same', () => {
		const session = createSession();
		refusedClient(session, 1, 0);
		for (const seconds of [0.25, 0.75, 1, 1.25]) session.pass(seconds);
		const {version} = session.model;
		for (const seconds of [1.5, 1.75, 2, 2.25]) session.pass(seconds);
		expect(session.model.version).toBe(version);
	});
});

describe('findings beyond the size of the list', () => {
	it('are all counted, and all mark their rows', () => {
		const session = createSession({closedForMs: 60_000});
		for (let serial = 1; serial <= 1500; serial++) refusedClient(session, serial, 0);
		for (const seconds of [0.25, 0.75, 1]) session.pass(seconds);
		const {diagnoses, rows} = session.model;
		expect(diagnoses.counts.get('connect-refused')).toMatchObject({now: 1500, total: 1500});
		expect([...rows.values()].filter(({severity}) => severity !== 'error')).toEqual([]);
		session.pass(61);
		expect(diagnoses.counts.get('connect-refused')).toMatchObject({now: 0, total: 1500});
		expect(diagnoses.list.size).toBe(500);
	});

	it('are identical when the same inputs are replayed', () => {
		const session = createSession({closedRows: 20});
		for (let serial = 1; serial <= 60; serial++) {
			refusedClient(session, serial, serial / 10);
			if (serial % 3 === 0) session.pass(serial / 10);
		}

		session.apply({type: 'ended', at: moment(7), exitCode: 0, signal: null});
		const again = createModel({closedRows: 20});
		for (const input of session.inputs) again.apply(input);
		const {diagnoses} = session.model.takeChanges();
		expect(diagnoses.length).toBeGreaterThan(60);
		expect(again.takeChanges().diagnoses).toEqual(diagnoses);
		expect([...again.diagnoses.list]).toEqual([...session.model.diagnoses.list]);
	});
});

describe('a recording', () => {
	it("has a record for each finding raised and cleared, and the finding in the row's record", () => {
		const session = recordedSession();
		refusedClient(session, 1, 0);
		session.pass(0.1);
		session.pass(0.75);
		const raised = flushed(session, 0.8);
		expect(raised.findLast(({type}) => type === 'row')).toMatchObject({diagnoses: ['connect-refused']});
		session.pass(20);
		const findings = [...raised, ...flushed(session, 20)].filter(({rule}) => rule === 'connect-refused');
		expect(findings).toMatchObject([
			{type: 'diagnosis', event: 'raised', key: 1, id: '1.0.1', at: moment(0.75), severity: 'error'},
			{type: 'diagnosis', event: 'cleared', key: 1, id: '1.0.1', at: moment(20)},
		]);
	});
});
