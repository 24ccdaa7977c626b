/** A finding as plain text, for the clipboard. Pure. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatAge, notObserved} from '../../domain/format.ts';
import {sanitize} from '../../text/sanitize.ts';
import {ageText, nextText} from '../tabs/diagnoses/lines.ts';
import {severityMark} from '../theme/severity.ts';
import {timeText} from './row-text.ts';

/**
 * @param now ms since the epoch
 * @returns clean lines: the rule, its message, its four fields, the evidence, the next step
 */
export const findingText = (finding: Diagnosis, now: number): string => {
	const {rule, severity, phase, operation, local, peer, message, evidence, next, program, pid} = finding;
	const processName = pid === null ? '' : ` · ${program} ${pid}`;
	const lines = [
		`${severityMark(severity)} ${severity} ${rule} · ${ageText(finding, now)}${processName} · ${timeText(now)}`,
		message,
		`operation ${operation}, phase ${phase}, local ${addressText(local)}, remote ${addressText(peer)}`,
		...evidence.map(({source, fact, at}) => `${source}: ${fact} (${formatAge(now - at)} ago)`),
		`next: ${nextText(next)}`,
	];
	return lines.map(sanitize).join('\n');
};

const addressText = (address: Diagnosis['local']): string =>
	address === null ? notObserved : formatAddress(address);
