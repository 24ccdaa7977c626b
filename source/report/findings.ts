/** The findings of a run, in a few lines for people. */
import type {Diagnosis} from '../domain/diagnosis/diagnosis.ts';
import {severities} from '../domain/diagnosis/severity.ts';
import {formatCommand} from '../domain/format.ts';
import type {ModelView} from '../domain/view/model-view.ts';

const ruleLimit = 10;

/**
 * Lists each rule with its worst finding and the next command, the worst first and then the most frequent;
 * informational findings are only counted.
 *
 * @returns no line where there is no finding
 */
export function findingsSummary({diagnoses}: Pick<ModelView, 'diagnoses'>): string[] {
	const rulesFound: Array<{worst: Diagnosis; total: number}> = [];
	const infos: string[] = [];
	for (const [rule, {total, worst}] of diagnoses.counts) {
		if (worst === undefined) continue;
		if (worst.severity === 'info') infos.push(`${total} ${rule}`);
		else rulesFound.push({worst, total});
	}

	rulesFound.sort(
		(one, other) =>
			severities.indexOf(other.worst.severity) - severities.indexOf(one.worst.severity) ||
			other.total - one.total ||
			one.worst.key - other.worst.key,
	);
	const lines = rulesFound.slice(0, ruleLimit).flatMap(({worst, total}) => {
		const {severity, rule, message, next} = worst;
		const times = total === 1 ? '' : `, ${total} times`;
		const then = 'argv' in next ? formatCommand(next.argv) : next.advice;
		return [`  ${severity.padEnd(9)}  ${rule}${times}: ${message}`, `             next: ${then}`];
	});
	const more = rulesFound.length - ruleLimit;
	if (more > 0) lines.push(`  …          and findings of ${more} more ${more === 1 ? 'rule' : 'rules'}`);
	if (infos.length > 0) lines.push(`  info       ${infos.join(', ')}`);
	return lines;
}
