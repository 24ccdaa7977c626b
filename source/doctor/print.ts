import {clean, cleanLines, safeJson} from '../text/sanitize.ts';
import type {Finding, Verdict} from './types.ts';

export type Result = Finding & {name: string};

const marks: Readonly<Record<Verdict, string>> = {ok: 'ok', warn: 'less', fail: 'FAIL'};
const colours: Readonly<Record<Verdict, string>> = {ok: '32', warn: '33', fail: '1;31'};
const markWidth = 4;
const leastWidth = 60;

/**
 * What the doctor says, for people.
 *
 * @param options.width Columns of the terminal; lines are broken at words to fit.
 * @param options.colour Whether the marks have colours.
 */
export const printResults = (
	results: readonly Result[],
	{width, colour, version}: {width: number; colour: boolean; version: string},
): string => {
	const nameWidth = Math.max(...results.map(({name}) => name.length));
	const indent = ' '.repeat(markWidth + nameWidth + 4);
	const room = Math.max(leastWidth, width) - indent.length;
	const lines = results.flatMap(({name, verdict, found, means, mend}) => {
		const mark = marks[verdict].padEnd(markWidth);
		const head = `${colour ? `\x1b[${colours[verdict]}m${mark}\x1b[0m` : mark}  ${name.padEnd(nameWidth)}  `;
		const body = [
			...wrap(found, room),
			...(means === null ? [] : wrap(means, room)),
			...(mend === null ? [] : wrap(`→ ${mend}`, room, '  ')),
		];
		return body.map((line, index) => `${index === 0 ? head : indent}${line}`);
	});
	return `netwatch ${version}: what works here\n\n${lines.join('\n')}\n\n${conclusion(results)}\n`;
};

/** One object a line. */
export const printRecords = (results: readonly Result[]): string =>
	results
		.map(({name, verdict, found, means, mend}) => {
			const text = (value: string | null) => (value === null ? null : cleanLines(value));
			const record = {name, verdict, found: text(found), means: text(means), mend: text(mend)};
			return `${safeJson(JSON.stringify(record))}\n`;
		})
		.join('');

const conclusion = (results: readonly Result[]): string => {
	const count = (verdict: Verdict) => results.filter(result => result.verdict === verdict).length;
	const [failed, less] = [count('fail'), count('warn')];
	const rest = less === 0 ? '' : ` ${things(less)} could be better.`;
	return failed === 0
		? `All that is needed works.${rest}`
		: `${things(failed)} that netwatch needs ${failed === 1 ? 'does' : 'do'} not work.${rest}`;
};

const things = (count: number): string => (count === 1 ? 'One thing' : `${count} things`);

const wrap = (text: string, room: number, hanging = ''): string[] =>
	text.split('\n').flatMap(line => {
		const lines: string[] = [];
		let current = '';
		for (const word of clean(line).split(' ')) {
			const next = current === '' ? word : `${current} ${word}`;
			if (next.length <= room || current === '') current = next;
			else {
				lines.push(current);
				current = `${hanging}${word}`;
			}
		}
		return [...lines, current];
	});
