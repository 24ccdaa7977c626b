import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {clipboardTransport} from '../../../../source/cli/process/clipboard-transport.ts';
import {
	type ClipboardTransport,
	clipboardSequence,
	copiedMessage,
} from '../../../../source/screen/clipboard/clipboard.ts';
import {makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeDiagnoses, makeDiagnosis} from '../../../helpers/screen/sample-findings.ts';
import {address, makeModel, sampleModel, sampleNow} from '../../../helpers/screen/sample-model.ts';

const copied = (asked: string[]): string =>
	asked.findLast(one => one.startsWith('copy '))?.slice('copy '.length) ?? 'nothing';

describe('the key y copies', () => {
	it('a row: its ends and stage, the tuple, the request, the queues, the route', () => {
		const screen = draw({filter: 'stage:draining'});
		screen.press('down', 'y');
		expect(copied(screen.asked).split('\n')).toEqual([
			'server.js 4712 · tls client · draining 10s · 2025-11-22 08:27:43 UTC',
			'10.0.0.5:52744 → api.internal (10.0.0.9):443',
			'request: POST /upload',
			'kernel: ESTAB, Send-Q 144k, Recv-Q 0',
			"JavaScript: out 146k of 16k (waits for 'drain'), in 0",
			'bytes: sent 36M (36k/s), received 1.2k (0/s)',
			'route: eth0 10.0.0.5',
		]);
		expect(screen.lines().at(-1)).toMatch(
			/^ 7 lines sent for the clipboard \(OSC 52\): server\.js 4712 · tls client/,
		);
	});

	it('a failed row: its error and its findings', () => {
		const model = sampleModel();
		model.diagnoses = makeDiagnoses([makeDiagnosis(), makeDiagnosis({rule: 'past', clearedAt: sampleNow})]);
		const screen = draw({model, filter: 'stage:failed'});
		screen.press('enter', 'y');
		expect(copied(screen.asked)).toContain(
			'error: connect failed: connect ECONNREFUSED 127.0.0.1:9\n' +
				'✗ connect-refused: connect to 127.0.0.1:9 was refused at once: no socket listens there',
		);
		expect(copied(screen.asked)).not.toContain('past');
	});

	it('a listener: its address and its queue', () => {
		const screen = draw();
		screen.press('2', 'y');
		expect(copied(screen.asked)).toMatch(
			/listening 1m.*\nlistens on \[::\]:3000\nkernel: LISTEN, queue 2 of 511/,
		);
	});

	it('the first visible row where no row is selected', () => {
		const screen = draw();
		screen.press('y');
		expect(copied(screen.asked)).toContain('no-such-host.example');
	});

	it('a row that has left the table while its detail is open', () => {
		const screen = draw({filter: 'stage:draining'});
		screen.press('enter');
		screen.model.rows.clear();
		screen.changed();
		screen.press('y');
		expect(copied(screen.asked)).toContain('api.internal (10.0.0.9):443');
	});

	it('a paused row as it was', () => {
		const screen = draw({filter: 'stage:draining'});
		screen.press('p');
		for (const row of screen.model.rows.values()) row.stage = 'closed';
		screen.changed();
		screen.press('y');
		expect(copied(screen.asked)).toContain('draining 10s');
	});

	it('a finding: its message, its four fields, the evidence, the next command', () => {
		const model = sampleModel();
		model.diagnoses = makeDiagnoses([makeDiagnosis()]);
		const screen = draw({model});
		const text = [
			'✗ error connect-refused · for 3s · server.js 4712 · 2025-11-22 08:27:43 UTC',
			'connect to 127.0.0.1:9 was refused at once: no socket listens there',
			'operation connect, phase connect, local –, remote 127.0.0.1:9',
			'process: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:9 (4s ago)',
			'next: ss -tlnp sport = :9',
		];
		screen.press('3', 'y');
		expect(copied(screen.asked).split('\n')).toEqual(text);
		screen.press('d', 'y');
		expect(copied(screen.asked).split('\n')).toEqual(text);
	});

	it('nothing where there is no row', () => {
		const screen = draw({model: makeModel()});
		screen.press('y');
		expect(screen.lines().at(-1)).toBe(' there is nothing to copy');
		screen.press('3', 'y');
		expect(screen.asked).toEqual([]);
	});

	it('text alone: control characters are escaped, and no line is added', () => {
		const evil = 'x\x1b]52;c;AAAA\x07\r\n\x9b2J\u202e; rm -rf';
		const row = makeRow({
			...{program: evil, host: evil, label: evil, site: evil, stage: 'failed', disagreement: evil},
			peer: address(evil, 1),
			error: {operation: evil, phase: 'connect', code: evil, message: evil},
			process: makeProcessView(),
		});
		const model = makeModel([row]);
		model.diagnoses = makeDiagnoses([
			makeDiagnosis({
				...{id: row.id, message: evil, program: evil},
				evidence: [{source: 'process', fact: evil, at: sampleNow}],
				next: {advice: evil},
			}),
		]);
		const screen = draw({model});
		screen.press('y', '3', 'y');
		for (const one of screen.asked) {
			expect(one).not.toMatch(/[^\P{C}\n]/u);
			expect(one.split('\n').length).toBeLessThan(12);
		}
	});
});

describe('the clipboard sequence', () => {
	const decoded = (sequence: string): string =>
		Buffer.from(/52;c;([A-Za-z0-9+/=]*)/.exec(sequence)?.[1] ?? '', 'base64').toString();

	it('is OSC 52 with the text in base64, of UTF-8', () => {
		const sequence = clipboardSequence('ü → 日本\nb', 'direct');
		expect(sequence).toMatch(/^\x1b\]52;c;[A-Za-z0-9+/=]+\x07$/);
		expect(decoded(sequence)).toBe('ü → 日本\nb');
	});

	it('goes through tmux as itself, and wrapped with its escapes doubled', () => {
		expect(clipboardSequence('a', 'tmux')).toBe('\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\');
	});

	it('goes through screen in pieces that it does not print', () => {
		const sequence = clipboardSequence('x'.repeat(3000), 'screen');
		const pieces = sequence.split('\x1b\\').slice(0, -1);
		expect(pieces.length).toBeGreaterThan(5);
		for (const piece of pieces) {
			expect(piece.startsWith('\x1bP')).toBe(true);
			expect(piece.length).toBeLessThan(768);
		}
		expect(decoded(pieces.map(piece => piece.slice(2)).join(''))).toBe('x'.repeat(3000));
	});

	it('in a terminal within either is sent so that neither prints any of it', () => {
		expect(clipboardSequence('a', 'nested')).toBe('\x1b]52;c;YQ==\x07\x1bP\x1b]52;c;YQ==\x07\x1b\\');
		expect(clipboardSequence('x'.repeat(3000), 'nested').startsWith('\x1bP')).toBe(true);
	});

	it('is never longer than terminals accept, and cuts no character in half', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 40}), fc.nat({max: 60_000}), (text, times) => {
				const long = text.repeat(1 + Math.floor(times / Math.max(1, text.length)));
				const [, content = ''] = /52;c;([^\x07]*)\x07/.exec(clipboardSequence(long, 'direct')) ?? [];
				expect(content.length).toBeLessThanOrEqual(74_994);
				const sent = Buffer.from(content, 'base64').toString();
				const whole = Buffer.from(long).toString();
				if (sent === whole) return;
				expect([...sent]).toHaveLength(14_001);
				expect(sent.at(-1)).toBe('…');
				expect(whole.startsWith(sent.slice(0, -1))).toBe(true);
			}),
			{numRuns: 40},
		);
	});

	it('is not written for a terminal that would print it, and the status message says so', () => {
		expect(clipboardSequence('a', 'none')).toBe('');
		expect(copiedMessage('a', 'none')).toContain('no clipboard');
	});

	it('is reported with the text that was sent, since terminals do not confirm it', () => {
		expect(copiedMessage('a\nb', 'direct')).toBe('2 lines sent for the clipboard (OSC 52): a');
		expect(copiedMessage('a', 'tmux')).toBe(
			'1 line sent for the clipboard, by tmux if its set-clipboard is on: a',
		);
	});

	it.each<[ClipboardTransport, NodeJS.ProcessEnv]>([
		['direct', {TERM: 'xterm-256color'}],
		['tmux', {TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0'}],
		['tmux', {TERM: 'tmux-256color'}],
		['screen', {TERM: 'screen.xterm-256color', STY: '12.pts-0'}],
		['nested', {TERM: 'screen-256color'}],
		['nested', {TERM: 'screen'}],
		['none', {TERM: 'linux'}],
		['none', {TERM: 'dumb'}],
		['none', {}],
	])('goes %s where the environment is %j', (way, env) => {
		expect(clipboardTransport(env)).toBe(way);
	});
});
