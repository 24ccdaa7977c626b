/** Scenarios: programs that cause a real fault, and the finding that netwatch has to raise. */
import {describe, expect, type TestContext, test} from 'vitest';
import type {Rule} from '../../../source/domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../source/domain/format.ts';
import {allRules} from '../../../source/model/diagnosis/rules/index.ts';
import type {RecordOf} from '../../../source/records/format/schema.ts';
import type {Netwatch} from '../process/netwatch.ts';

export type DiagnosisRecord = RecordOf<'diagnosis'>;

export type Scenario = {
	/** The rule that it makes true. */
	rule: string;
	/** A sentence: what happens. */
	title: string;
	/** Why it cannot run here; null where it can. */
	skip?: string | null;
	run(context: TestContext): Promise<void>;
};

/** Each scenario as a test of its own. */
export const runScenarios = (phase: string, scenarios: readonly Scenario[]): void => {
	describe.concurrent(`findings of the phase ${phase}`, () => {
		for (const {rule, title, skip, run} of scenarios) {
			test.skipIf(skip)(`${rule}: ${title}${skip ? ` (${skip})` : ''}`, run);
		}
	});
};

/** Waits until a rule is raised, and checks its finding against the requirements of every finding. */
export const finding = async (
	netwatch: Netwatch,
	name: string,
	isIt: (record: DiagnosisRecord) => boolean = () => true,
): Promise<DiagnosisRecord> => {
	const record = await netwatch.until(() =>
		netwatch.all('diagnosis').findLast(({rule, event, ...rest}) => {
			const candidate = {rule, event, ...rest};
			return rule === name && event === 'raised' && isIt(candidate);
		}),
	);
	expectComplete(record);
	return record;
};

/** Waits until a raised finding is cleared. */
export const cleared = (netwatch: Netwatch, {key}: DiagnosisRecord): Promise<DiagnosisRecord> =>
	netwatch.until(() => netwatch.all('diagnosis').find(each => each.event === 'cleared' && each.key === key));

/** The raised rules, each once. */
export const raisedRules = (netwatch: Netwatch): string[] => [
	...new Set(netwatch.all('diagnosis').map(({rule}) => rule)),
];

/** The four fields as fields and as text, evidence, and a next step with the row's own values. */
export const expectComplete = (record: DiagnosisRecord): void => {
	const rule = ruleOf(record.rule);
	expect(record.message).toContain(record.operation);
	for (const address of [record.local, record.peer]) {
		if (address !== null) expect(record.message).toContain(formatAddress(address));
	}
	expect(record.message).not.toMatch(/\.$|undefined|null|NaN/);
	expect(record.evidence.length).toBeGreaterThan(0);
	for (const {fact, at} of record.evidence) {
		expect(fact).not.toMatch(/^$|undefined|NaN/);
		expect(at).toBeLessThanOrEqual(record.at);
	}
	const isUnix = [record.local, record.peer].some(address => address !== null && 'path' in address);
	if (isUnix && 'argv' in record.next)
		expect(record.next.argv.join(' ')).not.toMatch(/^ip |\bss -t|s_client/);
	if (rule.scope === 'row') expect(record.id).not.toBeNull();
	if ('argv' in record.next) expect(record.next.argv.length).toBeGreaterThan(1);
	else expect(record.next.advice.length).toBeGreaterThan(10);
};

const ruleOf = (name: string): Rule => {
	const rule = allRules.find(each => each.name === name);
	if (rule === undefined) throw new Error(`no rule has the name ${name}`);
	return rule;
};
