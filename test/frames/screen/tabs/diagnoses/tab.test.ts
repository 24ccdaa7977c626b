import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {ruleNames} from '../../../../../source/model/diagnosis/rules/index.ts';
import {type Drawn, draw} from '../../../../helpers/screen/draw.tsx';
import {findingsModel, makeDiagnoses, makeDiagnosis} from '../../../../helpers/screen/sample-findings.ts';
import {
	makeModel,
	makeNotice,
	type SampleModel,
	sampleModel,
	sampleNow,
} from '../../../../helpers/screen/sample-model.ts';

const open = (model: SampleModel = findingsModel(), columns = 80, rows = 24): Drawn => {
	const screen = draw({model, columns, rows});
	screen.press('3');
	return screen;
};
const text = (screen: Drawn): string => screen.lines().join('\n');
const selected = (screen: Drawn): string => screen.lines().find(line => line.startsWith('▸')) ?? '';
/** Rules and findings in the order of the screen, each in a word: "connect-refused", "▪9" for port 9, "…3". */
const order = (screen: Drawn): string[] =>
	screen.lines().flatMap(line => {
		const group = /^.[▾▹] . \w+ ([\w-]+)/.exec(line)?.[1];
		const finding = /^. {4}[✗!·] (.*)/.exec(line)?.[1];
		const more = /… (\d+) more/.exec(line)?.[1];
		if (group) return [group];
		if (finding) return [`▪${/ 127\.0\.0\.1:(\d+)/.exec(finding)?.[1] ?? finding.split(' ')[0]}`];
		return more ? [`…${more}`] : [];
	});

const some = (count: number, overrides: Parameters<typeof makeDiagnosis>[0] = {}) =>
	Array.from({length: count}, (_, index) =>
		makeDiagnosis({
			message: `connect to 127.0.0.1:${index} was refused`,
			raisedAt: sampleNow - 100_000 + index,
			...overrides,
		}),
	);

describe('the list of findings', () => {
	it('is grouped by rule with counts, present ones first, the worst and newest at the top', () => {
		const screen = open();
		expect(order(screen)).toEqual([
			...['connect-refused', '▪16', '▪15', '▪14', '▪13', '▪12', '…3'],
			...['peer-not-reading', '▪write', 'loop-blocked', '▪accept'],
		]);
		const shown = text(screen);
		expect(shown).toMatch(/▾ ✗ error connect-refused {2}\w.* 8 now · 8 in all$/m);
		expect(shown).toMatch(/▾ · info loop-blocked .* 0 now · 1 in all$/m);
		expect(shown).toMatch(/ ! write to api\.internal .* server\.js 4712 10s$/m);
		expect(shown).toMatch(/ · accept by .* server\.js 4712 cleared 10s ago$/m);
	});

	it('shows the beginning of a long message: the operation and its addresses', () => {
		const message = 'write on the connection to 10.0.0.9:443 stands still: the other side does not read';
		const screen = open(makeModel([], {diagnoses: makeDiagnoses([makeDiagnosis({message})])}));
		expect(text(screen)).toMatch(/ ✗ write on the connection to 10\.0\.0\.9:443 .*… /);
	});

	it('puts the newest of equally severe rules first, and sorts cleared findings by their end', () => {
		const at = (rule: string, ageMs: number, clearedMs: number | null = null) =>
			makeDiagnosis({
				rule,
				raisedAt: sampleNow - ageMs,
				clearedAt: clearedMs === null ? null : sampleNow - clearedMs,
			});
		const all = [
			...[at('old-cleared', 9000, 8000), at('older-holds', 7000), at('new-cleared', 9000, 100)],
			...[at('newer-holds', 300), at('newer-holds', 8000, 20)],
		];
		const screen = open(makeModel([], {diagnoses: makeDiagnoses(all)}));
		expect(order(screen).filter(word => !word.startsWith('▪'))).toEqual([
			...['newer-holds', 'older-holds', 'new-cleared', 'old-cleared'],
		]);
	});

	it('is cut where a group is long, and Enter on the cut or → shows the rest', () => {
		for (const keys of [
			['down', 'down', 'down', 'down', 'down', 'down', 'down', 'enter'],
			['down', 'right'],
		]) {
			const screen = open();
			screen.press(...keys);
			expect(order(screen)).toContain('▪9');
			expect(text(screen)).not.toContain('more; Enter');
		}
		expect(order(open(makeModel([], {diagnoses: makeDiagnoses(some(6))})))).toContain('▪0');
	});

	it('folds with ← and Enter, and ← goes from a finding to its rule', () => {
		const screen = open();
		screen.press('down', 'down', 'left');
		expect(selected(screen)).toContain('connect-refused');
		screen.press('left');
		expect(order(screen).slice(0, 2)).toEqual(['connect-refused', 'peer-not-reading']);
		expect(selected(screen)).toMatch(/^▸▹ ✗ error connect-refused/);
		screen.press('enter');
		expect(order(screen).slice(0, 2)).toEqual(['connect-refused', '▪16']);
	});

	it('keeps the selection on its finding while others come, and visible though its group is cut', () => {
		const screen = open();
		screen.press('down', 'down', 'down');
		expect(selected(screen)).toContain('127.0.0.1:15');
		const news = some(9, {raisedAt: sampleNow, message: 'connect to 127.0.0.1:7000 was refused'});
		screen.model.diagnoses = makeDiagnoses([...screen.model.diagnoses.list.values(), ...news]);
		screen.changed();
		expect(selected(screen)).toContain('127.0.0.1:15');
		expect(text(screen)).toContain('17 now · 17 in all');
	});

	it('moves the selection to the nearest where its finding is gone', () => {
		const screen = open();
		screen.press('down', 'down');
		const left = [...screen.model.diagnoses.list.values()].filter(({message}) => !message.includes(':16 '));
		screen.model.diagnoses = makeDiagnoses(left);
		screen.changed();
		expect(selected(screen)).toContain('127.0.0.1:15');
	});

	it('shows a window of a long list, the selected line visible', () => {
		const all = Array.from({length: 40}, (_, index) => some(4, {rule: `rule-${index}-x`})).flat();
		const screen = open(makeModel([], {diagnoses: makeDiagnoses(all)}));
		screen.press('G');
		expect(selected(screen)).toContain('connect to 127');
		screen.press('pageup', 'up', 'g');
		expect(selected(screen)).toMatch(/^▸▾ ✗ error rule-/);
	});

	it("shows the selected finding's details below it, with the next command", () => {
		const screen = open();
		screen.press('G', 'up', 'up');
		expect(text(screen)).toMatch(/── peer-not-reading ──+$/m);
		expect(text(screen)).toContain('write to api.internal (10.0.0.9:443) from 10.0.0.5:52744: the peer has');
		expect(text(screen)).toMatch(/^ kernel +zero window, timer persist/m);
		expect(text(screen)).toMatch(/^ next +ss -tanoeimp sport = :52744 dport = :443$/m);
	});

	it('does not change while paused, nor do the counts in the header', () => {
		const screen = open();
		screen.press('p');
		const before = screen.lines().slice(2);
		screen.model.diagnoses = makeDiagnoses([]);
		screen.changed();
		screen.later(60_000);
		expect(screen.lines().slice(2)).toEqual(before);
		screen.press('p');
		expect(text(screen)).toContain('Nothing is found');
	});

	it('is not redrawn while nothing visible changes', () => {
		const screen = open(makeModel([], {diagnoses: makeDiagnoses([makeDiagnosis()])}));
		screen.press('down');
		screen.later(38_000);
		let drawn = 0;
		screen.store.subscribe(() => {
			drawn += 1;
		});
		for (let count = 0; count < 3; count++) screen.later(500);
		screen.changed();
		expect(drawn).toBe(0);
	});

	it('says that there are no findings, and how many rules are checked', () => {
		const shown = text(open(sampleModel()));
		expect(shown).toContain('Nothing is found.');
		expect(shown).toContain(`${ruleNames.length} rules look`);
	});

	it('says how many findings are not listed', () => {
		const screen = open(makeModel([], {diagnoses: makeDiagnoses(some(1), {dropped: 1200})}));
		expect(text(screen)).toContain('1.2k findings are not listed');
	});
});

describe('the row of a finding', () => {
	it('is opened with Enter in its detail, with the finding; Esc comes back to the same line', () => {
		const screen = open();
		screen.press('down', 'right', 'down', 'down', 'down', 'down', 'down', 'down', 'down', 'down');
		expect(selected(screen)).toContain('127.0.0.1:9 w');
		screen.press('enter');
		expect(screen.lines()[2]).toMatch(/ 1 connections 11 /);
		expect(text(screen)).toContain('id 1.0.6');
		expect(text(screen)).toContain('✗ error connect-refused');
		screen.press('esc');
		expect(selected(screen)).toContain('127.0.0.1:9 w');
		screen.press('1');
		expect(selected(screen)).toContain('→127.0.0.1:9');
	});

	it('is shown in the listeners tab for a listener', () => {
		const diagnoses = makeDiagnoses([makeDiagnosis({id: '1.0.1'})]);
		const screen = open({...sampleModel(), diagnoses});
		screen.press('down', 'down', 'enter', '2');
		expect(selected(screen)).toContain('[::]:3000');
	});

	it('is shown by removing the filter that hides it', () => {
		const screen = draw({model: findingsModel(), filter: 'stage:paused'});
		screen.press('t', '3', 'down', 'right', ...Array.from({length: 8}, () => 'down'), 'enter');
		expect(text(screen)).toContain('id 1.0.6');
		screen.press('1');
		expect(screen.lines()[2]).not.toMatch(/stage:paused|closed hidden/);
		expect(selected(screen)).toContain('→127.0.0.1:9');
	});

	it('is shown under a filter that matches it', () => {
		const screen = draw({model: findingsModel(), filter: 'stage:failed'});
		screen.press('3', 'down', 'right', ...Array.from({length: 8}, () => 'down'), 'enter', '1');
		expect(screen.lines()[2]).toContain('/stage:failed');
	});

	it("is replaced by the finding's own page where it is gone or missing", () => {
		const screen = open();
		screen.press('down', 'down', 'enter');
		expect(text(screen)).toMatch(/row 1\.0\.107 \(no\s+longer in the table\)/);
		screen.press('esc', 'G', 'enter');
		expect(text(screen)).toMatch(/^ phase +accept$/m);
	});
});

describe('the page of a finding', () => {
	const drawn = (columns = 80, rows = 40): Drawn => {
		const screen = open(findingsModel(), columns, rows);
		screen.press('G', 'up', 'up', 'd');
		return screen;
	};

	it('has its four fields, the evidence with source and age, and the next command', () => {
		const shown = text(drawn());
		expect(shown).toMatch(/ ! warn peer-not-reading +found 12s ago$/m);
		expect(shown).toMatch(/^ phase +write$/m);
		expect(shown).toMatch(/^ operation +write$/m);
		expect(shown).toMatch(/^ local +10\.0\.0\.5:52744$/m);
		expect(shown).toMatch(/^ remote +10\.0\.0\.9:443$/m);
		expect(shown).toMatch(/^ kernel +zero window, .* <1s ago$/m);
		expect(shown).toMatch(/^ ss -tanoeimp sport = :52744 dport = :443$/m);
		expect(shown).toContain('docs/diagnoses.md, peer-not-reading');
	});

	it('stays when the finding has left the list, and shows when it was cleared', () => {
		const screen = drawn();
		const [finding] = [...screen.model.diagnoses.list.values()].filter(
			({rule}) => rule === 'peer-not-reading',
		);
		if (finding === undefined) throw new Error('it is not in the sample');
		screen.model.diagnoses = makeDiagnoses([{...finding, clearedAt: sampleNow - 2000}]);
		screen.changed();
		expect(text(screen)).toContain('held for 10s, cleared 2.0s ago');
		screen.model.diagnoses = makeDiagnoses([]);
		screen.changed();
		expect(text(screen)).toContain('held for 10s, cleared 2.0s ago');
		screen.press('esc');
		expect(text(screen)).toContain('Nothing is found');
	});

	it('leads to the row and to other findings, and scrolls where it is long', () => {
		const screen = drawn();
		screen.press('left');
		expect(text(screen)).toContain('connect to 127.0.0.1:12');
		screen.press('right', 'enter');
		expect(text(screen)).toMatch(/draining for 12s[\s\S]*peer-not-reading/);
		screen.press('esc');
		expect(text(screen)).toContain('EVIDENCE');
		const small = drawn(80, 12);
		small.press('G');
		expect(text(small)).toContain('docs/diagnoses.md');
	});
});

describe('a rule that is silenced', () => {
	it('is silenced by i, moves to the end of the list, and is enabled by i there', () => {
		const screen = open();
		screen.press('down', 'down', 'i');
		expect(selected(screen)).toMatch(/^▸silenced: connect-refused {2}\w/);
		expect(order(screen)).toEqual(['peer-not-reading', '▪write', 'loop-blocked', '▪accept']);
		expect(screen.lines()[2]).toMatch(/3 diagnoses 1! /);
		screen.press('i');
		expect(screen.asked).toEqual(['ignore connect-refused', 'hear connect-refused']);
		expect(selected(screen)).toContain('connect-refused');
	});

	it('is shown although there are no findings', () => {
		const diagnoses = makeDiagnoses([], {ignored: new Set(['connect-refused', 'another-rule'])});
		const screen = open({...sampleModel(), diagnoses});
		expect(text(screen)).toMatch(
			/Nothing is found[\s\S]*silenced: another-rule[\s\S]*silenced: connect-refused/,
		);
		screen.press('down', 'i');
		expect(screen.asked).toEqual(['hear another-rule']);
	});

	it('may be silenced from the page of its finding', () => {
		const screen = open();
		screen.press('down', 'd', 'i');
		expect(screen.asked).toEqual(['ignore connect-refused']);
	});
});

describe('the number of findings', () => {
	it('is at the tab with the mark of the worst, and in the header by severity', () => {
		const lines = draw({model: findingsModel(), columns: 120}).lines();
		expect(lines[2]).toContain(' 3 diagnoses 9✗ ');
		expect(lines[1]).toContain('✗ 8 errors · ! 1 warning');
		expect(draw({model: findingsModel()}).lines()[2]).toMatch(
			/ 1 connections 11 .* 3 diagnoses 9✗ .* 6 output 0/,
		);
	});

	it('is absent from the header while only hints hold', () => {
		const diagnoses = makeDiagnoses([
			makeDiagnosis({severity: 'info'}),
			makeDiagnosis({clearedAt: sampleNow}),
		]);
		const lines = draw({model: {...sampleModel(), diagnoses}, columns: 120}).lines();
		expect(lines[2]).toContain(' 3 diagnoses 1 ');
		expect(lines[1]).not.toMatch(/error|warning|hint/);
	});
});

describe('any text of a finding', () => {
	const hostile = 'write to \x1b[2J\u202e日本'.repeat(40) + 'x'.repeat(500);
	const model = (): SampleModel => ({
		...sampleModel(),
		notices: [makeNotice('x')],
		diagnoses: makeDiagnoses([
			makeDiagnosis({
				message: hostile,
				program: hostile,
				evidence: [{source: 'peer', fact: hostile, at: sampleNow}],
				next: {argv: ['getent', 'ahosts', hostile]},
				peer: {path: hostile},
			}),
			makeDiagnosis({rule: hostile, pid: null, netns: hostile, next: {advice: hostile}}),
		]),
	});

	for (const [columns, rows] of [
		[40, 8],
		[80, 24],
		[120, 40],
	] as const) {
		it.each([
			['the list', ['down', 'down']],
			['the finding', ['down', 'down', 'd', 'G']],
			['the row', ['down', 'down', 'enter']],
		] as const)(`${columns}×${rows}: %s keeps to the frame`, (_what, keys) => {
			const screen = open(model(), columns, rows);
			screen.press(...keys);
			const lines = screen.lines();
			expect(lines).toHaveLength(rows);
			for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
			expect(text(screen)).not.toMatch(/\x1b\[2J|\u202e/);
		});
	}
});
