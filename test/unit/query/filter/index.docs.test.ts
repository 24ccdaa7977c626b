import {readFile} from 'node:fs/promises';
import {describe, expect, it} from 'vitest';
import {kernelStates, stages} from '../../../../source/domain/row.ts';
import {filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {stateGroups} from '../../../../source/query/filter/state-groups.ts';

const page = await readFile(new URL('../../../../docs/filters.md', import.meta.url), 'utf8');

const cell = (text: string): string => text.replaceAll('|', '\\|');

const wordTable = [
	'| word | looks at | example |',
	'|---|---|---|',
	...filterWords.map(
		({word, matches, example}) => `| \`${word}:\` | ${cell(matches)} | \`${cell(example)}\` |`,
	),
].join('\n');

const code = (names: readonly string[]): string => names.map(name => `\`${name}\``).join(' ');

const stateTable = [
	'| written | states |',
	'|---|---|',
	...kernelStates.map(state => `| \`${state.toLowerCase()}\` | ${state} |`),
	...Object.entries(stateGroups).map(
		([name, states]) =>
			`| \`${name}\` | ${states.length === kernelStates.length ? 'every one' : states.join(', ')} |`,
	),
].join('\n');

describe('docs/filters.md', () => {
	it.each([
		['the words', wordTable],
		['the stages', code(stages)],
		['the states and their groups', stateTable],
	])('has %s as the program has them (else paste the output printed here into the page)', (_title, text) => {
		expect(page).toContain(text);
	});

	const examples = [...page.matchAll(/```filter\n(.*?)```/gs)].flatMap(([, block = '']) =>
		block.trim().split('\n'),
	);

	it.each(examples)('shows a valid filter: %s', example => {
		expect(parseFilter(example)).toMatchObject({ok: true});
	});
});
