/** The body of the diagnoses tab: the list, and below it a preview of the selected finding. Pure. */

import type {Diagnosis} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAge, formatCount} from '../../../domain/format.ts';
import {ruleNames} from '../../../model/diagnosis/rules/index.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {fitWidth, truncate, widthOf} from '../../../text/width.ts';
import type {Scroll} from '../../lines/scroll.ts';
import {type Line, layoutLine, truncateLine} from '../../lines/segments.ts';
import type {FindingsState} from '../../state/findings.ts';
import {severityMark, severityTone} from '../../theme/severity.ts';
import type {Tone} from '../../theme/theme.ts';
import type {FindingItem} from './items.ts';
import {ageText, evidenceLines, findingTone, messageLines, nextLines} from './lines.ts';

export type FindingsTabOptions = {
	items: readonly FindingItem[];
	state: FindingsState;
	/** ms since the epoch. */
	now: number;
	width: number;
	height: number;
};

/** Lines of the preview, by the height of the body. */
const previewHeights: readonly {from: number; lines: number}[] = [
	{from: 30, lines: 9},
	{from: 16, lines: 6},
	{from: 12, lines: 4},
];

const isGroup = ({type}: FindingItem): boolean => type === 'group';

/** Lines of the body above the list, of the list, and of the preview below it. */
const tabHeights = (
	items: readonly FindingItem[],
	height: number,
): {above: number; page: number; below: number} => {
	const above = items.some(isGroup) ? 0 : noFindingsLines.length + 1;
	const below = above > 0 ? 0 : (previewHeights.find(({from}) => height >= from)?.lines ?? 0);
	return {above, page: Math.max(1, height - above - below), below};
};

/** @returns the number of visible lines of the list */
export const findingsPage = (items: readonly FindingItem[], height: number): number =>
	tabHeights(items, height).page;

/** @returns at most `height` lines */
export const findingsLines = ({
	items,
	state,
	now,
	width,
	height,
}: FindingsTabOptions): {lines: Line[]; scroll: Scroll} => {
	const {above, page, below} = tabHeights(items, height);
	const {selected, top} = state;
	const shown = items.slice(top, top + page);
	const list = shown.map(item => {
		const line = itemLine(item, {width: width - 2, now});
		return item.id === selected?.id ? chosenLine(line, width) : [{text: ' '}, ...line];
	});
	const filling = Array.from({length: below > 0 ? page - list.length : 0}, (): Line => []);
	return {
		lines: [
			...(above > 0 ? [...noFindingsLines, []] : []),
			...list,
			...filling,
			...previewLines(previewedFinding(items, state), {width, now, height: below}),
		],
		scroll: {top, page, count: items.length},
	};
};

const noFindingsLines: readonly Line[] = [
	[],
	[{text: '  Nothing is found.'}],
	[
		{
			text: `  ${ruleNames.length} rules look at every row, thread and network namespace; docs/diagnoses.md describes them.`,
			tone: 'faint',
		},
	],
];

type LineOptions = {width: number; now: number};

const itemLine = (item: FindingItem, options: LineOptions): Line => {
	switch (item.type) {
		case 'group':
			return groupLine(item, options.width);
		case 'finding':
			return findingLine(item.diagnosis, options);
		case 'more':
			return [{text: `    … ${formatCount(item.count)} more; Enter opens`, tone: 'faint'}];
		case 'dropped':
			return [
				{text: `${formatCount(item.count)} findings are not listed: there are too many`, tone: 'waiting'},
			];
		case 'silenced':
			return truncateLine(
				[{text: `silenced: ${sanitize(item.rule)}  ${item.title}`, tone: 'faint'}],
				options.width,
			);
	}
};

const foldMarks = {none: '▹', all: '▾'} as const;

const groupLine = (
	{rule, title, severity, activeCount: now, totalCount: total, fold}: Extract<FindingItem, {type: 'group'}>,
	width: number,
): Line => {
	const tone: Tone = now > 0 ? severityTone(severity) : 'faint';
	const name = `${foldMarks[fold ?? 'all']} ${severityMark(severity)} ${severity} ${sanitize(rule)}`;
	const counts = `${formatCount(now)} now · ${formatCount(total)} in all`;
	const room = width - widthOf(name) - widthOf(counts) - 4;
	const titleText = room < minTitleWidth ? '' : truncate(title, room);
	return layoutLine(
		[
			{text: name, tone},
			{text: titleText, tone: now > 0 ? 'strong' : 'faint'},
		],
		[{text: counts, tone: now > 0 ? 'plain' : 'faint'}],
		{width},
	);
};

/** Fewest cells in which a truncated title is shown. */
const minTitleWidth = 8;

/** From this width on, in cells, a finding has wide columns for program and age. */
const wideFrom = 100;

const findingLine = (diagnosis: Diagnosis, {width, now}: LineOptions): Line => {
	const {severity, message, clearedAt} = diagnosis;
	const tone = findingTone(diagnosis);
	const isWide = width >= wideFrom;
	const subject =
		width < narrowBelow ? '' : `${fitWidth(processName(diagnosis, isWide ? 22 : 14), isWide ? 22 : 14)} `;
	const right = ` ${subject}${ageColumn(diagnosis, now, isWide)}`;
	const left = `    ${severityMark(severity)} `;
	const room = width - left.length - widthOf(right);
	return [
		{text: left, tone},
		// The message begins with the operation and the addresses; its end may be cut, as the rule's title covers
		// it.
		{text: fitWidth(sanitize(message), room), tone: clearedAt === null ? 'plain' : 'faint'},
		{text: right, tone: 'faint'},
	];
};

/** Below this width, in cells, the message takes the place of the program. */
const narrowBelow = 60;

/** "cleared 15s ago": the width of the age, so that the program before it is in a column. */
const ageWidth = 15;

const ageColumn = (diagnosis: Diagnosis, now: number, isWide: boolean): string => {
	const {raisedAt, clearedAt} = diagnosis;
	if (isWide) return ageText(diagnosis, now).padStart(ageWidth);
	return clearedAt === null ? formatAge(now - raisedAt).padStart(3) : ageText(diagnosis, now);
};

/** "server.js 4712", "ser… 4712": the pid identifies the process of a truncated name. */
const processName = ({program, pid, netns}: Diagnosis, width: number): string => {
	if (pid === null) return netns === null ? '' : `netns ${sanitize(netns)}`;
	return `${truncate(sanitize(program), width - String(pid).length - 1)} ${pid}`.trim();
};

/** Reversed over the whole width, with a mark that is visible without any style. */
const chosenLine = (line: Line, width: number): Line => [
	{text: fitWidth(`▸${line.map(({text}) => text).join('')}`, width), tone: 'chosen'},
];

/**
 * The finding of the selected line, or of the first line without a selection; for a rule its first finding.
 */
const previewedFinding = (items: readonly FindingItem[], {selected}: FindingsState): Diagnosis | null => {
	const item = items.find(({id}) => id === selected?.id) ?? items[0];
	if (item === undefined) return null;
	if (item.type === 'finding') return item.diagnosis;
	const group = items.find(other => other.type === 'group' && other.rule === item.rule);
	return group?.type === 'group' ? group.firstFinding : null;
};

/** The message, as much evidence as fits, and the next step. */
const previewLines = (
	diagnosis: Diagnosis | null,
	{width, now, height}: LineOptions & {height: number},
): Line[] => {
	if (height === 0 || diagnosis === null) return [];
	const {rule, evidence, next} = diagnosis;
	const name = ` ${sanitize(rule)} `;
	const head: Line = [{text: ` ──${name}${'─'.repeat(Math.max(0, width - name.length - 4))}`, tone: 'faint'}];
	const message = messageLines(diagnosis, 1, width);
	const step = nextLines(next, 1, width);
	const room = Math.max(0, height - 1 - message.length - step.length);
	const facts = evidenceLines(evidence, 1, {width, now});
	return [truncateLine(head, width - 1), ...message, ...facts.slice(0, room), ...step].slice(0, height);
};
