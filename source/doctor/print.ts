import {sanitize, sanitizeJson, sanitizeLines} from '../text/sanitize.ts';
import type {CheckFinding, Verdict} from './types.ts';

export type CheckResult = CheckFinding & {name: string};

const verdictLabels: Readonly<Record<Verdict, string>> = {ok: 'ok', warn: 'less', fail: 'FAIL'};
const verdictColors: Readonly<Record<Verdict, string>> = {ok: '32', warn: '33', fail: '1;31'};
const labelWidth = 4;
const minWidth = 60;

/**
 * Formats the doctor's results for people.
 *
 * @param options.width columns of the terminal; lines are wrapped at words
 * @param options.colour true to color the marks
 */
export const printResults = (
	results: readonly CheckResult[],
	{width, colour: color, version}: {width: number; colour: boolean; version: string},
): string => {
	const nameWidth = Math.max(...results.map(({name}) => name.length));
	const indent = ' '.repeat(labelWidth + nameWidth + 4);
	const maxWidth = Math.max(minWidth, width) - indent.length;
	const lines = results.flatMap(({name, verdict, found, means, mend}) => {
		const label = verdictLabels[verdict].padEnd(labelWidth);
		const head = `${color ? `\x1b[${verdictColors[verdict]}m${label}\x1b[0m` : label}  ${name.padEnd(nameWidth)}  `;
		const body = [
			...wrap(found, maxWidth),
			...(means === null ? [] : wrap(means, maxWidth)),
			...(mend === null ? [] : wrap(`→ ${mend}`, maxWidth, '  ')),
		];
		return body.map((line, index) => `${index === 0 ? head : indent}${line}`);
	});
	return `netwatch ${version}: what works here\n\n${lines.join('\n')}\n\n${conclusion(results)}\n`;
};

/** Formats the results as one JSON object a line. */
export const printRecords = (results: readonly CheckResult[]): string =>
	results
		.map(({name, verdict, found, means, mend}) => {
			const text = (value: string | null) => (value === null ? null : sanitizeLines(value));
			const record = {name, verdict, found: text(found), means: text(means), mend: text(mend)};
			return `${sanitizeJson(JSON.stringify(record))}\n`;
		})
		.join('');

const conclusion = (results: readonly CheckResult[]): string => {
	const count = (verdict: Verdict) => results.filter(result => result.verdict === verdict).length;
	const [failed, warned] = [count('fail'), count('warn')];
	const suffix = warned === 0 ? '' : ` ${countThings(warned)} could be better.`;
	return failed === 0
		? `All that is needed works.${suffix}`
		: `${countThings(failed)} that netwatch needs ${failed === 1 ? 'does' : 'do'} not work.${suffix}`;
};

const countThings = (count: number): string => (count === 1 ? 'One thing' : `${count} things`);

const wrap = (text: string, maxWidth: number, hanging = ''): string[] =>
	text.split('\n').flatMap(line => {
		const lines: string[] = [];
		let current = '';
		for (const word of sanitize(line).split(' ')) {
			const next = current === '' ? word : `${current} ${word}`;
			if (next.length <= maxWidth || current === '') current = next;
			else {
				lines.push(current);
				current = `${hanging}${word}`;
			}
		}
		return [...lines, current];
	});
