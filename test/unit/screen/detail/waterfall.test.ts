import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import type {StepName} from '../../../../source/domain/operation.ts';
import type {Row} from '../../../../source/domain/row.ts';
import type {Timeline} from '../../../../source/query/timeline/types.ts';
import {waterfallLines} from '../../../../source/screen/detail/waterfall.ts';
import {makeKernelView, makeRow, makeTcpInfo} from '../../../helpers/model/row.ts';
import {makeThread} from '../../../helpers/model/thread-row.ts';
import {address, at, client, server, step, timeline} from '../../../helpers/model/timeline.ts';

const drawn = (of: Timeline, width = 80): string[] =>
	waterfallLines(of, width).map(line =>
		line
			.map(({text}) => text)
			.join('')
			.trimEnd(),
	);
/** The line of a lane. */
const line = (of: Timeline, name: string, width = 80): string =>
	drawn(of, width).find(text => text.startsWith(` ${name}`)) ?? '';

const raced = (): Row =>
	makeRow({
		lastActivityAt: at(330),
		steps: [
			step(0, 'lookup-start', {host: 'api.internal'}),
			step(40, 'lookup', {host: 'api.internal', candidates: ['fd00::9', '10.0.0.9'], error: null}),
			step(40, 'attempt', address('fd00::9')),
			step(290, 'attempt-timeout', address('fd00::9')),
			step(290, 'attempt', address('10.0.0.9')),
			step(292, 'connect'),
			step(295, 'first-out'),
			step(330, 'first-in'),
		],
	});

describe('the waterfall', () => {
	it('shows the outcome of each candidate, and its duration', () => {
		const of = timeline(raced(), {now: 400});
		expect(line(of, 'lookup')).toMatch(/^ lookup +█+ 2 addresses .*40\.0 ms$/);
		expect(line(of, 'connect ✗')).toMatch(/^ connect ✗ fd00::9 .*█{20,}.*timed out.* 250 ms$/);
		expect(line(of, 'connect ✓')).toMatch(/^ connect ✓ 10\.0\.0\.9 .*█.* 2\.0 ms$/);
		expect(line(of, 'first byte')).toMatch(/░.* 35\.0 ms$/);
	});

	it('has a scale with labelled ticks', () => {
		expect(drawn(timeline(raced(), {now: 400}))[0]).toMatch(/^ time +0 +100 ms +200 ms +300 ms +took$/);
		expect(drawn(timeline(raced(), {now: 400}), 40)[0]).toMatch(/^ time +0 +200 ms +took$/);
	});

	it('has two scales, with labels, where a long rest follows the milliseconds of the beginning', () => {
		const of = timeline(raced(), {now: 60_330});
		const [axis = ''] = drawn(of);
		expect(axis).toMatch(/^ two scales ╱ +0 +200 ms +╱ +30 s +took$/);
		// One below the other, in each line that is empty there.
		const brokenAt = axis.lastIndexOf('╱');
		expect(line(of, 'lookup')[brokenAt]).toBe('╱');
		expect(line(of, 'idle').indexOf('─')).toBe(brokenAt + 1);
		expect(line(of, 'idle')).toMatch(/─▶ +1m00s$/);
	});

	it('shows the blocked loop under the wait, with its share', () => {
		const pairThread = makeThread({loopSeenAt: at(700), blocked: [{from: at(10), to: at(402)}]});
		const thread = makeThread({loopSeenAt: at(700)});
		const of = timeline(client(), {pair: server(412), thread, pairThread, now: 800});
		const [queued, loop] = [line(of, 'queued'), line(of, 'loop server')];
		expect(queued).toMatch(/░+ loop blocked ≥392 ms .*410 ms$/);
		expect(loop).toMatch(/▓{10,}.* 392 ms$/);
		expect(Math.abs(queued.indexOf('░') - loop.indexOf('▓'))).toBeLessThanOrEqual(1);
		expect(line(of, 'loop client')).toContain('not blocked');
	});

	it('counts repeated events, and marks pending ones', () => {
		const kernel = makeKernelView({info: makeTcpInfo({rwndLimitedMs: 300}), infoSeenAt: at(900)});
		const row = client([step(4, 'full'), step(304, 'drain'), step(704, 'full')], {kernel});
		const of = timeline(row, {now: 1000});
		expect(line(of, 'draining')).toMatch(/2 times.*░▶ +0\.6s$/);
	});

	it('has the newest candidates of a long race, and counts the others', () => {
		const steps = Array.from({length: 9}, (_, index) => [
			step(index * 10, 'attempt', address(`10.0.0.${index}`)),
			step(index * 10 + 9, 'attempt-failed', {...address(`10.0.0.${index}`), error: 'EHOSTUNREACH'}),
		]).flat();
		const lines = drawn(timeline(makeRow({steps})));
		expect(lines.filter(text => text.startsWith(' connect'))).toHaveLength(4);
		expect(lines.join('\n')).toMatch(/ … 5 earlier candidates\n connect ✗ 10\.0\.0\.5 /);
	});

	it('is absent where no span has a duration', () => {
		expect(
			drawn(timeline(makeRow({steps: [step(0, 'create')]}), {thread: makeThread({loopSeenAt: at(900)})})),
		).toEqual([]);
	});

	it.each([40, 60, 80, 120, 200])('has no line wider than %i columns, and whole durations', width => {
		const pairThread = makeThread({loopSeenAt: at(700), blocked: [{from: at(300), to: at(402)}]});
		const row = raced();
		row.steps[2] = step(40, 'attempt', address('fd00:1234:5678:9abc:def0:1234:5678:9abc'));
		row.steps.push(step(340, 'full'), step(350, '日本' as StepName, {}));
		const of = timeline(row, {pair: server(412, [step(420, 'full')]), pairThread, now: 70_000});
		for (const text of drawn(of, width)) expect(stringWidth(text)).toBeLessThanOrEqual(width);
		expect(line(of, 'queued', width)).toMatch(/ 120 ms$/);
	});

	it('escapes line breaks in an error code from outside', () => {
		const hostile = step(9, 'attempt-failed', {...address('::1'), error: '\x1b[2Jwide日本日本日本\n\u202e'});
		const of = timeline(makeRow({steps: [step(1, 'attempt', address('::1')), hostile]}), {now: 20});
		const text = drawn(of).join('\n');
		expect(text).not.toMatch(/[\x1b\u202e]/);
		for (const each of drawn(of)) expect(stringWidth(each)).toBeLessThanOrEqual(80);
	});
});
