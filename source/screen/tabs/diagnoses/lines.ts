/** A finding as lines, for a row's detail and for the finding's own pane. Pure. */

import type {Diagnosis, Evidence, NextStep} from '../../../domain/diagnosis/diagnosis.ts';
import {sortBySeverity} from '../../../domain/diagnosis/severity.ts';
import {formatAge, formatCommand} from '../../../domain/format.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {wrapText} from '../../../text/width.ts';
import {type Line, layoutLine, truncateLine, untrustedSegment} from '../../lines/segments.ts';
import {severityMark, severityTone} from '../../theme/severity.ts';
import type {Tone} from '../../theme/theme.ts';

/** Cleared findings are faint. */
export const findingTone = ({severity, clearedAt}: Pick<Diagnosis, 'severity' | 'clearedAt'>): Tone =>
	clearedAt === null ? severityTone(severity) : 'faint';

export type FindingLinesOptions = {
	/** Cells of a line. */
	width: number;
	/** ms since the epoch. */
	now: number;
};

/** Cleared findings in a row's detail, at most: the newest. */
const maxCleared = 3;

/**
 * The findings of one row: active ones with evidence and next step, worst first; then cleared ones, one line
 * each.
 *
 * @param diagnoses findings of one row, in any order
 * @returns no lines without findings
 */
export const diagnosisLines = (diagnoses: readonly Diagnosis[], options: FindingLinesOptions): Line[] => {
	const active = sortBySeverity(diagnoses.filter(({clearedAt}) => clearedAt === null));
	const cleared = diagnoses
		.filter(({clearedAt}) => clearedAt !== null)
		.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0));
	return [
		...active.flatMap(diagnosis => [
			summaryLine(diagnosis, options),
			...messageLines(diagnosis, 3, options.width),
			...evidenceLines(diagnosis.evidence, 3, options),
			...nextLines(diagnosis.next, 3, options.width),
		]),
		...cleared.slice(0, maxCleared).map(diagnosis => summaryLine(diagnosis, options)),
	];
};

/** "✗ error connect-refused  connect to … was refused": one line per finding. */
const summaryLine = (diagnosis: Diagnosis, {width, now}: FindingLinesOptions): Line => {
	const {rule, severity, clearedAt, message} = diagnosis;
	const tone = findingTone(diagnosis);
	const name = {text: `${severityMark(severity)} ${severity} ${sanitize(rule)}`, tone};
	const messageSegments = clearedAt === null ? [] : [untrustedSegment(message, 'faint', 1)];
	const right = {text: ageText(diagnosis, now), tone: 'faint' as const};
	return [{text: ' '}, ...layoutLine([name, ...messageSegments], [right], {width: width - 2})];
};

/** "for 12s", "cleared 3s ago"; coarse, so that a list of them rarely changes. */
export const ageText = ({raisedAt, clearedAt}: Diagnosis, now: number): string =>
	clearedAt === null ? `for ${formatAge(now - raisedAt)}` : `cleared ${formatAge(now - clearedAt)} ago`;

/** The whole message. @param indent cells before it */
export const messageLines = ({message, clearedAt}: Diagnosis, indent: number, width: number): Line[] =>
	wrapText(sanitize(message), width - indent - 1).map(text => [
		{text: ' '.repeat(indent)},
		{text, tone: clearedAt === null ? 'strong' : 'faint'},
	]);

const sourceWidth = 9;

/**
 * Each fact with its source and its age, wrapped where long; the age is coarse, so that it rarely changes.
 */
export const evidenceLines = (
	evidence: readonly Evidence[],
	indent: number,
	{width, now}: FindingLinesOptions,
): Line[] =>
	evidence.flatMap(({source, fact, at}) => {
		const age = ` ${formatAge(now - at)} ago`;
		const room = width - indent - sourceWidth - 1;
		const texts = wrapText(sanitize(fact), room - age.length);
		return texts.map((text, index): Line => {
			const name = index === 0 ? source : '';
			return truncateLine(
				[
					{text: `${' '.repeat(indent)}${name.padEnd(sourceWidth)}`, tone: 'faint'},
					{text},
					...(index === texts.length - 1 ? [{text: age, tone: 'faint' as const}] : []),
				],
				width - 1,
			);
		});
	});

/** The next step: a command in shell syntax, or advice. */
export const nextLines = (next: NextStep, indent: number, width: number): Line[] =>
	wrapText(nextText(next), width - indent - sourceWidth - 1).map((text, index) => [
		{text: `${' '.repeat(indent)}${(index === 0 ? 'next' : '').padEnd(sourceWidth)}`, tone: 'faint'},
		{text, tone: 'argv' in next ? 'progress' : 'plain'},
	]);

export const nextText = (next: NextStep): string =>
	'argv' in next ? formatCommand(next.argv) : sanitize(next.advice);
