import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {keysPage, readmeKeys, withFilterTables, withKeys} from '../../../scripts/generated-docs.ts';
import {filterWords, parseFilter} from '../../../source/query/filter/index.ts';
import {columnDocs} from '../../../source/screen/columns/column-docs.ts';
import {keyLabels, keyTable} from '../../../source/screen/keys/keys.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test("docs/keys.md and the README's key table are those of the program (npm run docs writes them)", () => {
	expect(read('docs/keys.md')).toBe(keysPage());
	const readme = read('README.md');
	expect(readme).toBe(withKeys(readme, readmeKeys()));
});

test('the tables of docs/filters.md are those of the program (npm run docs writes them)', () => {
	const page = read('docs/filters.md');
	expect(page).toBe(withFilterTables(page));
});

test('docs/keys.md has every key by its place, every column of each table and every word of the filter', () => {
	const page = keysPage();
	for (const {keys, title} of keyTable) expect(page).toContain(`\`${keyLabels(keys, '` `')}\` | ${title} |`);
	for (const {columns} of columnDocs)
		for (const {title, description} of columns) expect(page).toContain(`| ${title} | ${description} |`);
	for (const {word, matches} of filterWords) expect(page).toContain(`| \`${word}:\` | ${matches} |`);
});

test('a page without the marks of a generated part is refused', () => {
	expect(() => withKeys('# netwatch', 'keys')).toThrow('no marks for its part "keys"');
});

/** A heading's name in a link, as GitHub makes it. */
const anchorOf = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');

const anchors = (page: string): string[] =>
	[...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

test('every file and every heading that the documentation links to exists', () => {
	const pages = readdirSync(new URL('../../../docs/', import.meta.url)).filter(name => name.endsWith('.md'));
	for (const page of [
		'README.md',
		'CHANGELOG.md',
		'CONTRIBUTING.md',
		'SECURITY.md',
		'examples/README.md',
		...pages.map(name => `docs/${name}`),
	]) {
		const folder = page.replace(/[^/]*$/, '');
		for (const [, file = '', heading = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
			const url = new URL(`../../../${file ? folder + file : page}`, import.meta.url);
			expect(existsSync(url), `${page}: ${file}`).toBe(true);
			if (heading) expect(anchors(readFileSync(url, 'utf8')), `${page}: ${file}`).toContain(heading);
		}
	}
});

test("the README's filters are valid", () => {
	const [, block = ''] = /## Filters[\s\S]*?```\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
	const filters = block.trim().split('\n');
	expect(filters.length).toBeGreaterThan(2);
	for (const filter of filters) expect(parseFilter(filter), filter).toMatchObject({ok: true});
});
