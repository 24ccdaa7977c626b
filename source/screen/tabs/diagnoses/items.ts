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
			now: number;
			total: number;
			fold: Fold | null;
			/** What stands first below it. */
			first: Diagnosis;
	  }
	| {type: 'finding'; diagnosis: Diagnosis}
	/** So many more of this rule are not shown. */
	| {type: 'more'; count: number}
	| {type: 'silenced'; title: string}
	| {type: 'dropped'; count: number}
);

/** What is found now, or was when the picture was paused. */
type Found = Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;

export type FindingsOptions = {
	found: Found;
	/** Of these findings. */
	groups: readonly Group[];
	ignored: ReadonlySet<string>;
	folds: ReadonlyMap<string, Fold>;
	/** The id of the chosen line: it is shown however long its group is. */
	selected: string | null;
};

/** A group that is longer is cut. */
const shownOfGroup = 5;

export const groupId = (rule: string): string => `rule ${rule}`;
export const silencedId = (rule: string): string => `silenced ${rule}`;
export const findingId = (key: number): string => `finding ${key}`;

export const findingItems = ({found, groups, ignored, folds, selected}: FindingsOptions): FindingItem[] => {
	const items = groups.flatMap(({rule, ordered}): FindingItem[] => {
		const [first] = ordered;
		if (first === undefined) return [];
		const fold = folds.get(rule) ?? null;
		const count = found.counts.get(rule) ?? {now: 0, total: ordered.length};
		const group: FindingItem = {
			...{id: groupId(rule), type: 'group', rule, title: ruleTitles.get(rule) ?? ''},
			...{severity: worstOf(ordered), now: count.now, total: count.total, fold, first},
		};
		if (fold === 'none') return [group];
		const shown = fold === 'all' ? ordered : ordered.slice(0, shownCount(ordered, selected));
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
const shownCount = (ordered: readonly Diagnosis[], selected: string | null): number => {
	const chosen = selected === null ? -1 : ordered.findIndex(({key}) => findingId(key) === selected);
	return Math.max(ordered.length === shownOfGroup + 1 ? shownOfGroup + 1 : shownOfGroup, chosen + 1);
};

/** A rule's findings in their order. */
export type Group = {rule: string; ordered: readonly Diagnosis[]};

/** Groups of which something holds come first, the worst and then the newest of them; then those of the past. */
export const groupsOf = ({list}: Pick<Found, 'list'>, ignored: ReadonlySet<string>): Group[] => {
	const byRule = new Map<string, Diagnosis[]>();
	for (const diagnosis of list.values()) {
		if (ignored.has(diagnosis.rule)) continue;
		const known = byRule.get(diagnosis.rule);
		if (known === undefined) byRule.set(diagnosis.rule, [diagnosis]);
		else known.push(diagnosis);
	}
	return [...byRule]
		.map(([rule, findings]) => ({rule, ordered: inOrder(findings)}))
		.toSorted((one, other) => before(one.ordered[0], other.ordered[0]));
};

const inOrder = (findings: readonly Diagnosis[]): Diagnosis[] => [
	...sortBySeverity(findings.filter(({clearedAt}) => clearedAt === null)),
	...findings
		.filter(({clearedAt}) => clearedAt !== null)
		.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0) || other.key - one.key),
];

const before = (one: Diagnosis | undefined, other: Diagnosis | undefined): number => {
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

const worstOf = (ordered: readonly Diagnosis[]): Severity =>
	ordered[0]?.clearedAt === null ? ordered[0].severity : (sortBySeverity(ordered)[0]?.severity ?? 'info');

/** How many findings hold, by severity. */
export type Held = Readonly<Record<Severity, number>>;

export const heldOf = (all: Iterable<Diagnosis>): Held => {
	const held = {info: 0, warn: 0, error: 0};
	for (const {severity, clearedAt} of all) if (clearedAt === null) held[severity] += 1;
	return held;
};

/** @returns the worst that holds; null where nothing does */
export const worstHeld = (held: Held): Severity | null =>
	severities.findLast(severity => held[severity] > 0) ?? null;

/** "2 errors", "1 warning", "3 hints". */
export const countText = (severity: Severity, count: number): string =>
	`${formatCount(count)} ${nouns[severity]}${count === 1 ? '' : 's'}`;

const nouns: Record<Severity, string> = {error: 'error', warn: 'warning', info: 'hint'};
