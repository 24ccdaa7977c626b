/** What the diagnoses tab lists: findings grouped by rule, the worst and newest first, then what is silenced. Pure. */

import type {DiagnosesView, Diagnosis} from '../../../domain/diagnosis/diagnosis.ts';
import {type Severity, severities, sortBySeverity} from '../../../domain/diagnosis/severity.ts';
import {formatCount} from '../../../domain/format.ts';
import {ruleTitles} from '../../../model/diagnosis/rules/index.ts';
import type {Fold} from '../../state/basics.ts';

/** A line of the tab. Ids stay the same while findings come and go: a line is chosen by its id. */
export type FindingItem = {id: string; rule: string} & (
	| {
			type: 'group';
			title: string;
			/** The worst of what holds, or of what held. */
			severity: Severity;
			/** How many hold, and how many were found in this session. */
			activeCount: number;
			totalCount: number;
			fold: Fold | null;
			/** What stands first below it. */
			firstFinding: Diagnosis;
	  }
	| {type: 'finding'; diagnosis: Diagnosis}
	/** So many more of this rule are not shown. */
	| {type: 'more'; count: number}
	| {type: 'silenced'; title: string}
	| {type: 'dropped'; count: number}
);

/** What is found now, or was when the picture was paused. */
type ShownFindings = Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;

export type FindingsOptions = {
	findings: ShownFindings;
	/** Of these findings. */
	groups: readonly FindingGroup[];
	silencedRules: ReadonlySet<string>;
	folds: ReadonlyMap<string, Fold>;
	/** The id of the chosen line: it is shown however long its group is. */
	selected: string | null;
};

/** A group that is longer is cut. */
const maxShownPerGroup = 5;

export const groupId = (rule: string): string => `rule ${rule}`;
export const silencedId = (rule: string): string => `silenced ${rule}`;
export const findingId = (key: number): string => `finding ${key}`;

export const buildFindingItems = ({
	findings: found,
	groups,
	silencedRules: ignored,
	folds,
	selected,
}: FindingsOptions): FindingItem[] => {
	const items = groups.flatMap(({rule, findings: ordered}): FindingItem[] => {
		const [first] = ordered;
		if (first === undefined) return [];
		const fold = folds.get(rule) ?? null;
		const count = found.counts.get(rule) ?? {now: 0, total: ordered.length};
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
		...(found.dropped > 0 ? [{id: 'dropped', type: 'dropped', rule: '', count: found.dropped} as const] : []),
		...[...ignored].toSorted().map(
			(rule): FindingItem => ({
				...{id: silencedId(rule), type: 'silenced', rule, title: ruleTitles.get(rule) ?? ''},
			}),
		),
	];
};

/** A line for "1 more" would take the place of that one. */
const visibleCount = (ordered: readonly Diagnosis[], selected: string | null): number => {
	const chosen = selected === null ? -1 : ordered.findIndex(({key}) => findingId(key) === selected);
	return Math.max(
		ordered.length === maxShownPerGroup + 1 ? maxShownPerGroup + 1 : maxShownPerGroup,
		chosen + 1,
	);
};

/** A rule's findings in their order. */
export type FindingGroup = {rule: string; findings: readonly Diagnosis[]};

/** Groups of which something holds come first, the worst and then the newest of them; then those of the past. */
export const groupByRule = (
	{list}: Pick<ShownFindings, 'list'>,
	ignored: ReadonlySet<string>,
): FindingGroup[] => {
	const byRule = new Map<string, Diagnosis[]>();
	for (const diagnosis of list.values()) {
		if (ignored.has(diagnosis.rule)) continue;
		const known = byRule.get(diagnosis.rule);
		if (known === undefined) byRule.set(diagnosis.rule, [diagnosis]);
		else known.push(diagnosis);
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

/** How many findings hold, by severity. */
export type ActiveCounts = Readonly<Record<Severity, number>>;

export const countActive = (all: Iterable<Diagnosis>): ActiveCounts => {
	const held = {info: 0, warn: 0, error: 0};
	for (const {severity, clearedAt} of all) if (clearedAt === null) held[severity] += 1;
	return held;
};

/** @returns the worst that holds; null where nothing does */
export const worstActive = (held: ActiveCounts): Severity | null =>
	severities.findLast(severity => held[severity] > 0) ?? null;

/** "2 errors", "1 warning", "3 hints". */
export const severityCountText = (severity: Severity, count: number): string =>
	`${formatCount(count)} ${severityNouns[severity]}${count === 1 ? '' : 's'}`;

const severityNouns: Record<Severity, string> = {error: 'error', warn: 'warning', info: 'hint'};
