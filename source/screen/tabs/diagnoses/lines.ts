/** What a finding says, as lines: of a row's detail, and of a pane of its own. Pure. */

import type {Diagnosis, Evidence, NextStep} from '../../../domain/diagnosis/diagnosis.ts';
import {sortBySeverity} from '../../../domain/diagnosis/severity.ts';
import {formatAge, formatCommand} from '../../../domain/format.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {wrapText} from '../../../text/width.ts';
import {type Line, layoutLine, truncateLine, untrustedSegment} from '../../lines/segments.ts';
import {severityMark, severityTone} from '../../theme/severity.ts';
import type {Tone} from '../../theme/theme.ts';

/** What no longer holds fades. */
export const findingTone = ({severity, clearedAt}: Pick<Diagnosis, 'severity' | 'clearedAt'>): Tone =>
	clearedAt === null ? severityTone(severity) : 'faint';

export type FindingLinesOptions = {
	/** Cells of a line. */
	width: number;
	/** ms since the epoch. */
	now: number;
};

/** Of what no longer holds, the newest are worth a line of a row's detail. */
const maxCleared = 3;

/**
 * What is found of one row: what holds with its evidence and the next step, the worst first, then what held, in a line
 * each.
 *
 * @param diagnoses of one row, in any order
 * @returns no line where nothing was found
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

/** "✗ connect-refused  connect to … was refused" for a list that has a line for each. */
const summaryLine = (diagnosis: Diagnosis, {width, now}: FindingLinesOptions): Line => {
	const {rule, severity, clearedAt, message} = diagnosis;
	const tone = findingTone(diagnosis);
	const name = {text: `${severityMark(severity)} ${severity} ${sanitize(rule)}`, tone};
	const messageSegments = clearedAt === null ? [] : [untrustedSegment(message, 'faint', 1)];
	const right = {text: ageText(diagnosis, now), tone: 'faint' as const};
	return [{text: ' '}, ...layoutLine([name, ...messageSegments], [right], {width: width - 2})];
};

/** "for 12s", "cleared 3s ago"; coarse, so that a list of them keeps still. */
export const ageText = ({raisedAt, clearedAt}: Diagnosis, now: number): string =>
	clearedAt === null ? `for ${formatAge(now - raisedAt)}` : `cleared ${formatAge(now - clearedAt)} ago`;

/** The whole sentence. @param indent cells before it */
export const messageLines = ({message, clearedAt}: Diagnosis, indent: number, width: number): Line[] =>
	wrapText(sanitize(message), width - indent - 1).map(text => [
		{text: ' '.repeat(indent)},
		{text, tone: clearedAt === null ? 'strong' : 'faint'},
	]);

const sourceWidth = 9;

/** A line a fact and more where it is long: who has observed it, what, and how long ago, coarsely: it keeps still. */
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

/** The next command as a shell would take it, or an advice. */
export const nextLines = (next: NextStep, indent: number, width: number): Line[] =>
	wrapText(nextText(next), width - indent - sourceWidth - 1).map((text, index) => [
		{text: `${' '.repeat(indent)}${(index === 0 ? 'next' : '').padEnd(sourceWidth)}`, tone: 'faint'},
		{text, tone: 'argv' in next ? 'progress' : 'plain'},
	]);

export const nextText = (next: NextStep): string =>
	'argv' in next ? formatCommand(next.argv) : sanitize(next.advice);
