/** The lines of the diagnoses tab: findings by rule, worst and newest first, then silenced rules. Pure. */

import type {DiagnosesView, Diagnosis} from '../../../domain/diagnosis/diagnosis.ts';
import {type Severity, severities, sortBySeverity} from '../../../domain/diagnosis/severity.ts';
import {formatCount} from '../../../domain/format.ts';
import {ruleTitles} from '../../../model/diagnosis/rules/index.ts';
import type {Fold} from '../../state/basics.ts';

/** A line of the tab. Its id stays the same while other findings come and go: the selection is by id. */
export type FindingItem = {id: string; rule: string} & (
	| {
			type: 'group';
			title: string;
			/** The worst severity of the active findings; without any, of the cleared ones. */
			severity: Severity;
			/** Number of active findings, and of all findings of this session. */
			activeCount: number;
			totalCount: number;
			fold: Fold | null;
			/** The first finding of the group. */
			firstFinding: Diagnosis;
	  }
	| {type: 'finding'; diagnosis: Diagnosis}
	/** Number of the rule's findings that are not shown. */
	| {type: 'more'; count: number}
	| {type: 'silenced'; title: string}
	| {type: 'dropped'; count: number}
);

/** The findings; during a pause, those of the paused snapshot. */
type ShownFindings = Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;

export type FindingsOptions = {
	findings: ShownFindings;
	/** Groups of these findings. */
	groups: readonly FindingGroup[];
	silencedRules: ReadonlySet<string>;
	folds: ReadonlyMap<string, Fold>;
	/** The id of the selected line: it is shown even past the limit of its group. */
	selected: string | null;
};

/** Findings shown per group by default, at most. */
const maxShownPerGroup = 5;

export const groupId = (rule: string): string => `rule ${rule}`;
export const silencedId = (rule: string): string => `silenced ${rule}`;
export const findingId = (key: number): string => `finding ${key}`;

export const buildFindingItems = ({
	findings,
	groups,
	silencedRules: ignored,
	folds,
	selected,
}: FindingsOptions): FindingItem[] => {
	const items = groups.flatMap(({rule, findings: ordered}): FindingItem[] => {
		const [first] = ordered;
		if (first === undefined) return [];
		const fold = folds.get(rule) ?? null;
		const count = findings.counts.get(rule) ?? {now: 0, total: ordered.length};
		const group: FindingItem = {
			...{id: groupId(rule), type: 'group', rule, title: ruleTitles.get(rule) ?? ''},
			...{
				severity: worstSeverity(ordered),
				activeCount: count.now,
				totalCount: count.total,
				fold,
				firstFinding: first,
			},
		};
		if (fold === 'none') return [group];
		const shown = fold === 'all' ? ordered : ordered.slice(0, visibleCount(ordered, selected));
		const more = ordered.length - shown.length;
		return [
			group,
			...shown.map(
				(diagnosis): FindingItem => ({id: findingId(diagnosis.key), type: 'finding', rule, diagnosis}),
			),
			...(more > 0 ? [{id: `more ${rule}`, type: 'more', rule, count: more} as const] : []),
		];
	});
	return [
		...items,
		...(findings.dropped > 0
			? [{id: 'dropped', type: 'dropped', rule: '', count: findings.dropped} as const]
			: []),
		...[...ignored].toSorted().map(
			(rule): FindingItem => ({
				...{id: silencedId(rule), type: 'silenced', rule, title: ruleTitles.get(rule) ?? ''},
			}),
		),
	];
};

/** A group one longer than the limit is shown in full: "1 more" would take as many lines. */
const visibleCount = (ordered: readonly Diagnosis[], selected: string | null): number => {
	const chosen = selected === null ? -1 : ordered.findIndex(({key}) => findingId(key) === selected);
	return Math.max(
		ordered.length === maxShownPerGroup + 1 ? maxShownPerGroup + 1 : maxShownPerGroup,
		chosen + 1,
	);
};

/** A rule's findings, in list order. */
export type FindingGroup = {rule: string; findings: readonly Diagnosis[]};

/** Groups with active findings come first, worst and then newest; then groups of cleared findings. */
export const groupByRule = (
	{list}: Pick<ShownFindings, 'list'>,
	ignored: ReadonlySet<string>,
): FindingGroup[] => {
	const byRule = new Map<string, Diagnosis[]>();
	for (const diagnosis of list.values()) {
		if (ignored.has(diagnosis.rule)) continue;
		const ruleFindings = byRule.get(diagnosis.rule);
		if (ruleFindings === undefined) byRule.set(diagnosis.rule, [diagnosis]);
		else ruleFindings.push(diagnosis);
	}
	return [...byRule]
		.map(([rule, findings]) => ({rule, findings: orderFindings(findings)}))
		.toSorted((one, other) => compareFindings(one.findings[0], other.findings[0]));
};

const orderFindings = (findings: readonly Diagnosis[]): Diagnosis[] => [
	...sortBySeverity(findings.filter(({clearedAt}) => clearedAt === null)),
	...findings
		.filter(({clearedAt}) => clearedAt !== null)
		.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0) || other.key - one.key),
];

const compareFindings = (one: Diagnosis | undefined, other: Diagnosis | undefined): number => {
	if (one === undefined || other === undefined) return 0;
	if (one.clearedAt !== null || other.clearedAt !== null) {
		return (other.clearedAt ?? Number.POSITIVE_INFINITY) - (one.clearedAt ?? Number.POSITIVE_INFINITY);
	}
	return (
		severities.indexOf(other.severity) - severities.indexOf(one.severity) ||
		other.raisedAt - one.raisedAt ||
		other.key - one.key
	);
};

const worstSeverity = (ordered: readonly Diagnosis[]): Severity =>
	ordered[0]?.clearedAt === null ? ordered[0].severity : (sortBySeverity(ordered)[0]?.severity ?? 'info');

/** Number of active findings, by severity. */
export type ActiveCounts = Readonly<Record<Severity, number>>;

export const countActive = (all: Iterable<Diagnosis>): ActiveCounts => {
	const counts = {info: 0, warn: 0, error: 0};
	for (const {severity, clearedAt} of all) if (clearedAt === null) counts[severity]++;
	return counts;
};

/** @returns the worst severity with active findings; null without any */
export const worstActive = (counts: ActiveCounts): Severity | null =>
	severities.findLast(severity => counts[severity] > 0) ?? null;

/** "2 errors", "1 warning", "3 hints". */
export const severityCountText = (severity: Severity, count: number): string =>
	`${formatCount(count)} ${severityNouns[severity]}${count === 1 ? '' : 's'}`;

const severityNouns: Record<Severity, string> = {error: 'error', warn: 'warning', info: 'hint'};
