import {kernelStates, stages} from '../source/domain/row.ts';
import {type FilterWord, filterWords} from '../source/query/filter/index.ts';
import {stateGroups} from '../source/query/filter/state-groups.ts';
import {type ColumnDoc, columnDocs} from '../source/screen/columns/column-docs.ts';
import {keyLabels, keySections} from '../source/screen/keys/keys.ts';

const shownInReadme = [
	'everywhere',
	'connections and listeners',
	'connections, listeners and routes',
	'when asked how to quit',
];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
	[heads, heads.map(() => '---'), ...rows]
		.map((cells, index) => (index === 1 ? `|${cells.join('|')}|` : `| ${cells.map(cell).join(' | ')} |`))
		.join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text}\``;

/** docs/keys.md: the keys by where they work, the columns of the tables, the words of the filter. */
export const keysPage = (): string => {
	const parts = [
		'# Keys, columns and filter words',
		'The footer, the help page (`?`) and this page are made from the same lists.',
		'## Keys',
		...keySections().flatMap(({title, entries}) => [
			`### ${title}`,
			table(
				['Key', 'What it does'],
				entries.map(({keys, title: does}) => [keys.map(key => code(keyLabels([key]))).join(' '), does]),
			),
		]),
		'## Columns',
		'In the order of the screen. `c` chooses which of them are shown, and in which order; where a terminal is narrow, the\nless important ones are left out.',
		...columnDocs.flatMap(({table: name, columns}) => [
			`### ${name[0]?.toUpperCase()}${name.slice(1)}`,
			columnTable(columns),
		]),
		'## Filter words',
		'Behind `/` in the tables and for `--filter`. [filters.md](filters.md) describes the whole language.',
		wordTable(filterWords),
	];
	return `${parts.join('\n\n')}\n`;
};

/** The columns of a table, one a line. */
export const columnTable = (columns: readonly Pick<ColumnDoc, 'title' | 'description'>[]): string =>
	table(
		['Column', 'What it shows'],
		columns.map(({title, description}) => [title, description]),
	);

/** The words of the filter language, one a line. */
export const wordTable = (words: readonly FilterWord[]): string =>
	table(
		['word', 'looks at', 'example'],
		words.map(({word, matches, example}) => [code(`${word}:`), matches, code(example)]),
	);

const stateTable = (): string =>
	table(
		['written', 'states'],
		[
			...kernelStates.map(state => [code(state.toLowerCase()), state]),
			...Object.entries(stateGroups).map(([name, states]) => [
				code(name),
				states.length === kernelStates.length ? 'every one' : states.join(', '),
			]),
		],
	);

/** Every key, and where it works. */
export const keyTableMarkdown = (): string => {
	const lines = keySections().flatMap(({title, entries}) =>
		entries.map(
			({keys, title: does}) =>
				`| ${keys.map(key => code(keyLabels([key]))).join(' ')} | ${does} | ${title.toLowerCase()} |`,
		),
	);
	return ['| Key | What it does | Where |', '|---|---|---|', ...lines].join('\n');
};

/** The rows of the key table that the README shows. */
export function readmeKeys(): string {
	const [head = '', rule = '', ...rows] = keyTableMarkdown().split('\n');
	return [head, rule, ...rows.filter(row => shownInReadme.some(where => row.endsWith(`| ${where} |`)))].join(
		'\n',
	);
}

/** @returns the README with the table between its marks */
export const withKeys = (readme: string, keys: string): string => withPart(readme, 'keys', keys);

/** @returns docs/filters.md with its tables between their marks */
export const withFilterTables = (page: string): string =>
	[
		['words', wordTable(filterWords)],
		['stages', stages.map(code).join(' ')],
		['states', stateTable()],
	].reduce((text, [name = '', part = '']) => withPart(text, name, part), page);

/**
 * @returns the page with the text between `<!-- name -->` and `<!-- /name -->`
 * @throws where the page has no such marks
 */
function withPart(page: string, name: string, text: string): string {
	const begin = `<!-- ${name} -->`;
	const from = page.indexOf(begin);
	const to = page.indexOf(`<!-- /${name} -->`);
	if (from < 0 || to < from) throw new Error(`the page has no marks for its part "${name}"`);
	return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
