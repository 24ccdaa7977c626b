import {keyTableMarkdown} from '../source/screen/keys/keys.ts';

const begin = '<!-- keys -->';
const end = '<!-- /keys -->';
const shownInReadme = [
	'everywhere',
	'connections and listeners',
	'connections, listeners and routes',
	'when asked how to quit',
];

/** docs/keys.md */
export const keysPage = (): string =>
	`# Keys

The footer and the help page (\`?\`) are made from the same list.

${keyTableMarkdown()}
`;

/** The rows of the key table that the README shows. */
export function readmeKeys(): string {
	const [head = '', rule = '', ...rows] = keyTableMarkdown().split('\n');
	return [head, rule, ...rows.filter(row => shownInReadme.some(where => row.endsWith(`| ${where} |`)))].join(
		'\n',
	);
}

/** @returns the README with the table between its marks */
export function withKeys(readme: string, table: string): string {
	const from = readme.indexOf(begin) + begin.length;
	const to = readme.indexOf(end);
	return `${readme.slice(0, from)}\n${table}\n${readme.slice(to)}`;
}
