/** One finding in full, as the lines of its pane. Pure. */

import type {Diagnosis} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatDuration, notObserved} from '../../../domain/format.ts';
import {ruleTitles} from '../../../model/diagnosis/rules/index.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {wrapText} from '../../../text/width.ts';
import {type Line, layoutLine} from '../../lines/segments.ts';
import {severityMark} from '../../theme/severity.ts';
import {evidenceLines, findingTone, messageLines, nextText} from './lines.ts';

export type FindingPaneOptions = {
	/** Cells of a line. */
	width: number;
	/** ms since the epoch. */
	now: number;
	/** The finding's row is still in the table. */
	hasRow: boolean;
};

export const findingPaneLines = (diagnosis: Diagnosis, {width, now, hasRow}: FindingPaneOptions): Line[] => {
	const {rule, severity, phase, operation, local, peer, evidence, next, raisedAt, clearedAt} = diagnosis;
	const tone = findingTone(diagnosis);
	const since =
		clearedAt === null
			? `found ${formatDuration(now - raisedAt)} ago`
			: `held for ${formatDuration(clearedAt - raisedAt)}, cleared ${formatDuration(now - clearedAt)} ago`;
	const left = [
		{text: `${severityMark(severity)} ${severity} ${sanitize(rule)}`, tone},
		{text: ruleTitles.get(rule) ?? '', rank: 2},
	];
	const field = (name: string, value: string): Line[] => fieldLines(name, value, width);
	return [
		[{text: ' '}, ...layoutLine(left, [{text: since, tone: 'faint', rank: 1}], {width: width - 2})],
		[],
		...messageLines(diagnosis, 1, width),
		[],
		...field('phase', phase),
		...field('operation', operation),
		...field('local', local === null ? notObserved : formatAddress(local)),
		...field('remote', peer === null ? notObserved : formatAddress(peer)),
		...field('where', subjectText(diagnosis, hasRow)),
		[],
		heading('EVIDENCE'),
		...evidenceLines(evidence, 1, {width, now}),
		[],
		heading('NEXT'),
		...wrapText(nextText(next), width - 3).map(
			(text): Line => [{text: ` ${text}`, tone: 'argv' in next ? 'progress' : 'plain'}],
		),
		[],
		...wrapText(
			`docs/diagnoses.md, ${rule}: what it means, what else it could be, what to do`,
			width - 2,
		).map((text): Line => [{text: ` ${sanitize(text)}`, tone: 'faint'}]),
	];
};

const heading = (text: string): Line => [{text: ` ${text}`, tone: 'strong'}];

const nameWidth = 11;

const fieldLines = (name: string, value: string, width: number): Line[] =>
	wrapText(value, width - nameWidth - 2).map((text, index) => [
		{text: ` ${(index === 0 ? name : '').padEnd(nameWidth)}`, tone: 'faint'},
		{text},
	]);

/** "server.js 4712, network namespace 4026531840, row 1.0.6 (no longer in the table)" */
const subjectText = ({program, pid, netns, id}: Diagnosis, hasRow: boolean): string =>
	[
		pid === null ? '' : `${sanitize(program)} ${pid}`.trim(),
		netns === null ? '' : `network namespace ${sanitize(netns)}`,
		id === null ? '' : `row ${sanitize(id)}${hasRow ? '' : ' (no longer in the table)'}`,
	]
		.filter(part => part !== '')
		.join(', ') || notObserved;
