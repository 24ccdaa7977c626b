// When a finding is raised, and when it is cleared.
import {describe, expect, it} from 'vitest';
import type {Severity} from '../../../../source/domain/diagnosis/severity.ts';
import type {Row} from '../../../../source/domain/row.ts';
import {badLabel, badTitle, createEngine, found} from '../../../helpers/model/rule-engine.ts';
import {moment} from '../../../helpers/model/session.ts';

const slow = badLabel({raiseAfterMs: 1000, clearAfterMs: 2000});

describe('a finding', () => {
	it('is raised once it has held long enough without a break', () => {
		const engine = createEngine([slow]);
		engine.row('1', 'bad');
		const changes = [0, 0.25, 0.5, 0.75, 0.99, 1, 1.25, 5].map(seconds => {
			engine.tick(seconds);
			return engine.takeChanges().join();
		});
		expect(changes).toEqual(['', '', '', '', '', 'raised 1 bad-label', '', '']);
	});

	// b: the rule holds in this quarter of a second; expected events: + raised, - cleared.
	it.each([
		['holds on and off and never for a second', 'bbb.bbb.bbb.b.b.b.bbb...', '                        '],
		['holds for a second and ends for good', 'bbbbbbb................', '    +         -        '],
		[
			'breaks for less than two seconds, again and again',
			'bbbbb.b...b.......b......b',
			'    +                     ',
		],
		['comes back after it was cleared', 'bbbbb........bbbbb', '    +       -    +'],
		['holds for one evaluation', 'b.................', '                  '],
	])('that %s does not flicker', (_, holds, expected) => {
		const engine = createEngine([slow]);
		const changes = [...holds].map((mark, index) => {
			engine.at(index / 4);
			engine.row('1', mark === 'b' ? 'bad' : null);
			engine.tick(index / 4);
			const [event, ...others] = engine.takeEvents();
			expect(others).toEqual([]);
			return event === undefined ? ' ' : event.event === 'raised' ? '+' : '-';
		});
		expect(changes.join('')).toBe(expected);
	});

	it('has a time and a subject', () => {
		const engine = createEngine([slow]);
		engine.row('1', 'bad', {pid: 7, program: 'a.js', netns: '1'});
		engine.tick(0);
		engine.tick(1);
		engine.row('1', null);
		for (const seconds of [2, 3, 4]) engine.tick(seconds);
		expect(engine.takeEvents()).toMatchObject([
			{event: 'raised', at: moment(1), diagnosis: {id: '1', pid: 7, program: 'a.js', clearedAt: null}},
			{event: 'cleared', at: moment(3), diagnosis: {raisedAt: moment(1), clearedAt: moment(3)}},
		]);
	});

	it('marks its row, the worst finding first, and its mark leaves with it', () => {
		const engine = createEngine([badLabel(), badLabel({name: 'worse-label', severity: 'error'})]);
		const {row} = engine.row('1', 'bad');
		engine.tick(0);
		expect([row.diagnoses, row.severity]).toEqual([['worse-label', 'bad-label'], 'error']);
		engine.row('1', null);
		engine.tick(1);
		expect([row.diagnoses, row.severity]).toEqual([[], null]);
	});

	it('is evaluated only for rows in the stages, with the marks and in the roles of its rule', () => {
		const engine = createEngine([badLabel({stages: ['draining'], roles: ['server']})]);
		const rows: Partial<Row>[] = [
			{stage: 'open', role: 'server'},
			{stage: 'draining', role: 'client'},
			{stage: 'draining', role: null},
			{stage: 'draining', role: 'server'},
			{stage: 'peer-ended', marks: ['paused', 'draining'], role: 'server'},
		];
		for (const [index, row] of rows.entries()) engine.row(String(index), 'bad', row);
		engine.tick(0);
		expect(engine.holds()).toEqual(['read of 3 is bad', 'read of 4 is bad']);
		engine.row('3', 'bad', {stage: 'open'});
		engine.tick(1);
		expect(engine.holds()).toEqual(['read of 4 is bad']);
	});

	it('is raised on an unchanged row when only time has passed', () => {
		const old = badLabel({find: ({row, now}) => (now - row.openedAt >= 5000 ? found('read is late') : null)});
		const engine = createEngine([old]);
		engine.row('1', null);
		for (const seconds of [0, 2, 4.75]) engine.tick(seconds);
		expect(engine.holds()).toEqual([]);
		engine.tick(5);
		expect(engine.holds()).toEqual(['read is late']);
	});

	it('is raised again when its message changes, at most once in ten seconds', () => {
		let message = 'read waits';
		const engine = createEngine([badLabel({find: () => found(message)})]);
		engine.row('1', null);
		const changes = [0, 1, 2, 9, 10, 11, 30].map(seconds => {
			if (seconds === 2) message = 'read waits for two';
			if (seconds === 11) message = 'read waits for eleven';
			engine.tick(seconds);
			return engine.takeEvents().map(({diagnosis}) => `${diagnosis.key} ${diagnosis.message}`);
		});
		expect(changes.map(texts => texts.join())).toEqual([
			'1 read waits',
			'',
			'',
			'',
			'1 read waits for two',
			'',
			'1 read waits for eleven',
		]);
	});

	it('changes nothing visible while its message stays the same, though its evidence is updated', () => {
		const rule = badLabel({
			find: ({now}) => found('read waits', {evidence: [{source: 'kernel', fact: 'it waits', at: now}]}),
		});
		const engine = createEngine([rule]);
		engine.row('1', null);
		expect([0, 1, 2, 3].map(engine.tick)).toEqual([true, false, false, false]);
		expect(engine.list.get(1)?.evidence[0]?.at).toBe(moment(3));
	});

	it('changes its severity both up and down', () => {
		const rule = badLabel({
			find: ({row}) =>
				row.label === null ? null : found('read waits', {severity: row.label === 'bad' ? 'error' : 'info'}),
		});
		const engine = createEngine([rule]);
		const seen = ['slow', 'bad', 'slow'].map((label, index) => {
			const {row} = engine.row('1', label);
			const isNews = engine.tick(index);
			return [isNews, row.severity, engine.list.get(1)?.severity];
		});
		expect(seen).toEqual([
			[true, 'info', 'info'],
			[true, 'error', 'error'],
			[true, 'info', 'info'],
		]);
	});
});

describe('the severity of a finding', () => {
	it.each([
		['gets worse at once and better after two seconds', 'iiiweeeeiiiiiiiiiiiii', 'i  we          i     '],
		[
			'does not flicker where it comes and goes',
			'ieieieieiwiwieiiiiieiiiiiiiiii',
			'ie                         i  ',
		],
	])('%s', (_, grades, expected) => {
		const severityOf: Record<string, Severity> = {i: 'info', w: 'warn', e: 'error'};
		const rule = badLabel({
			clearAfterMs: 2000,
			find: ({row}) => found('read waits', {severity: severityOf[row.label ?? ''] ?? 'info'}),
		});
		const engine = createEngine([rule]);
		const changes = [...grades].map((label, index) => {
			engine.at(index / 4);
			engine.row('1', label);
			engine.tick(index / 4);
			const events = engine.takeEvents();
			expect(events.length).toBeLessThan(2);
			return events[0]?.diagnosis.severity[0] ?? ' ';
		});
		expect(changes.join('')).toBe(expected);
	});
});

describe('the finding of a past event', () => {
	const past = badLabel({isEvent: true, raiseAfterMs: 5000});

	it.each([
		[
			'is raised when its row leaves the table, however short it was there',
			past,
			['raised 1 bad-label', 'cleared 1 bad-label'],
		],
		['is not raised where it only holds now', slow, []],
	])('%s', (_, rule, expected) => {
		const engine = createEngine([rule]);
		const entry = engine.row('1', 'bad');
		engine.rows.remove(entry);
		engine.tick(0.25);
		expect(engine.takeChanges()).toEqual(expected);
		expect(engine.counts.get('bad-label')?.now ?? 0).toBe(0);
	});

	it.each([
		['is raised when the command ends', past, ['raised 1 bad-label']],
		['is not raised at the end where it only holds now', slow, []],
	])('%s', (_, rule, expected) => {
		const engine = createEngine([rule]);
		engine.row('1', 'bad');
		engine.at(0.1);
		engine.finish();
		expect(engine.takeChanges()).toEqual(expected);
	});

	it('is kept after the end of the session, when no rule is evaluated any more', () => {
		const engine = createEngine([badLabel(), badLabel({name: 'bad-more', stages: ['open']})]);
		const {row} = engine.row('1', 'bad');
		engine.tick(0);
		engine.row('1', null, {stage: 'closed'});
		engine.at(1);
		engine.finish();
		expect(engine.tick(60)).toBe(false);
		expect(engine.takeChanges()).toEqual(['raised 1 bad-label', 'raised 2 bad-more']);
		expect(row.diagnoses).toEqual(['bad-label', 'bad-more']);
	});
});

describe('a rule', () => {
	it('stores a note for each subject until it deletes the note', () => {
		const since = badLabel({
			find({row, memory, now}) {
				if (row.label === 'new') memory.forget('label');
				const first = memory.getOrSet('label', row.steps.length);
				return now - first.at >= 3000 ? found('read stands still') : null;
			},
		});
		const engine = createEngine([since]);
		engine.row('1', null);
		engine.tick(0);
		engine.row('2', null);
		engine.tick(2);
		engine.row('1', 'new');
		engine.tick(3);
		expect(engine.holds()).toEqual([]);
		engine.row('1', null);
		engine.tick(5);
		expect([...engine.list.values()].map(({id}) => id)).toEqual(['2']);
		engine.tick(6);
		expect([...engine.list.values()].map(({id}) => id)).toEqual(['2', '1']);
	});

	it('raises nothing and clears its findings while it is silenced, and raises again when it is enabled', () => {
		const engine = createEngine([badLabel(), badLabel({name: 'other-label'}), badTitle]);
		const {row} = engine.row('1', 'bad');
		engine.tick(0);
		engine.takeChanges();
		engine.setIgnored('bad-label', true);
		engine.tick(1);
		expect(engine.takeChanges()).toEqual(['cleared 1 bad-label']);
		expect([...engine.ignored]).toEqual(['bad-label']);
		expect(row.diagnoses).toEqual(['other-label']);
		engine.setIgnored('bad-label', false);
		engine.tick(2);
		expect(engine.takeChanges()).toEqual(['raised 3 bad-label']);
		expect(engine.counts.get('bad-label')).toMatchObject({now: 1, total: 2});
	});

	it('is disabled when it throws: its findings are cleared, and the other rules keep running', () => {
		const failures: string[] = [];
		const fails = badLabel({
			name: 'fails-later',
			find({now}) {
				if (now >= moment(1)) throw new Error('no such field');
				return found('read is odd');
			},
		});
		const engine = createEngine([fails, badLabel()], (rule, error) => failures.push(`${rule}: ${error}`));
		engine.row('1', 'bad');
		engine.tick(0);
		for (const seconds of [1, 2]) engine.tick(seconds);
		expect(failures).toEqual(['fails-later: Error: no such field']);
		expect(engine.holds()).toEqual(['read of 1 is bad']);
	});
});

describe('bounds of the diagnosis engine', () => {
	it('2000 findings are listed, with room kept for every rule; all findings are counted and marked', () => {
		const rules = ['one-bad', 'two-bad', 'three-bad'].map(name => badLabel({name}));
		const engine = createEngine(rules);
		const entries = Array.from({length: 1500}, (_, index) => engine.row(String(index), 'bad'));
		expect(engine.tick(0)).toBe(true);
		expect(engine.list.size).toBe(2000);
		expect([...engine.counts].map(([name, {now, total}]) => [name, now, total])).toEqual([
			['one-bad', 1500, 1500],
			['two-bad', 1500, 1500],
			['three-bad', 1500, 1500],
		]);
		expect(engine.dropped).toBe(2500);
		expect(entries.every(({row}) => row.diagnoses.length === 3)).toBe(true);
		expect(engine.tick(1), 'a finding without room is no change at every evaluation').toBe(false);
		expect(engine.dropped).toBe(2500);
	});

	it('a rule with few findings has its first ten listed, however many others hold', () => {
		const seldom = badLabel({
			name: 'seldom-bad',
			find: ({row}) => (row.label === 'seldom' ? found('read') : null),
		});
		const engine = createEngine([badLabel({name: 'one-bad'}), badLabel({name: 'two-bad'}), seldom]);
		for (let index = 0; index < 1000; index++) engine.row(String(index), 'bad');
		engine.tick(0);
		for (let index = 0; index < 20; index++) engine.row(`s${index}`, 'seldom');
		engine.tick(1);
		expect([...engine.list.values()].filter(({rule}) => rule === 'seldom-bad')).toHaveLength(10);
		expect(engine.list.size).toBe(2010);
	});

	it('a finding left out of the list is listed when another one leaves', () => {
		const engine = createEngine([badLabel()]);
		for (let index = 0; index < 1001; index++) engine.row(String(index), 'bad');
		engine.tick(0);
		expect(engine.holds()).toHaveLength(1000);
		for (let index = 0; index < 10; index++) engine.row(String(index), null);
		for (const seconds of [1, 2]) engine.tick(seconds);
		expect(engine.holds()).toHaveLength(991);
		expect(engine.holds().at(-1)).toBe('read of 1000 is bad');
		expect(engine.counts.get('bad-label')).toMatchObject({now: 991, total: 1001});
	});

	it('the newest 500 cleared findings are kept, and those for information are dropped first', () => {
		const engine = createEngine([
			badLabel(),
			badLabel({
				name: 'dull-label',
				severity: 'info',
				find: ({row}) => (row.label === 'dull' ? found('read') : null),
			}),
		]);
		for (let index = 0; index < 400; index++) engine.row(`b${index}`, 'bad');
		for (let index = 0; index < 400; index++) engine.row(`d${index}`, 'dull');
		engine.tick(0);
		for (const entry of [...engine.rows.entries.values()]) engine.rows.remove(entry);
		const left = [...engine.list.values()].map(({rule}) => rule);
		expect([left.length, left.filter(rule => rule === 'bad-label').length]).toEqual([500, 400]);
	});

	it('events that are not taken are counted beyond ten thousand', () => {
		const engine = createEngine([badLabel()]);
		for (let round = 0; round < 12; round++) {
			for (let index = 0; index < 500; index++) engine.row(`${round}.${index}`, 'bad');
			engine.tick(round);
			for (const entry of [...engine.rows.entries.values()]) engine.rows.remove(entry);
		}

		expect(engine.takeEvents()).toHaveLength(10_000);
		expect(engine.dropped).toBe(2000);
	});

	it('every one of very many changed rows is evaluated within a few ticks', () => {
		const engine = createEngine([badLabel({severity: 'info'})]);
		const entries = Array.from({length: 20_000}, (_, index) => engine.row(String(index), 'bad'));
		for (let tick = 0; tick < 6; tick++) engine.tick(tick / 4);
		expect(entries.filter(({row}) => row.diagnoses.length === 0)).toEqual([]);
	});

	it('every one of very many unchanged rows is evaluated in turn', () => {
		const late = badLabel({find: ({now}) => (now >= moment(100) ? found('read is late') : null)});
		const engine = createEngine([late]);
		const entries = Array.from({length: 9500}, (_, index) => engine.row(String(index), null));
		for (let tick = 0; tick < 6; tick++) engine.tick(tick / 4);
		for (let tick = 0; tick < 10; tick++) engine.tick(100 + tick / 4);
		expect(entries.filter(({row}) => row.diagnoses.length === 0)).toEqual([]);
	});
});
