import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {keysPage, readmeKeys, withFilterTables, withKeys} from '../../scripts/generated-docs.ts';
import {filterWords, parseFilter} from '../../source/model/filter/index.ts';
import {keyTable, shownKeys} from '../../source/screen/keys/keys.ts';
import {columnDocs} from '../../source/screen/table/column-docs.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test("docs/keys.md and the README's key table are those of the program (npm run docs writes them)", () => {
	expect(read('docs/keys.md')).toBe(keysPage());
	const readme = read('README.md');
	expect(readme).toBe(withKeys(readme, readmeKeys()));
});

test('the tables of docs/filters.md are those of the program (npm run docs writes them)', () => {
	const page = read('docs/filters.md');
	expect(page).toBe(withFilterTables(page));
});

test('docs/keys.md has every key by where it works, every column of each table and every word of the filter', () => {
	const page = keysPage();
	for (const {keys, title} of keyTable) expect(page).toContain(`\`${shownKeys(keys, '` `')}\` | ${title} |`);
	for (const {columns} of columnDocs)
		for (const {title, description} of columns) expect(page).toContain(`| ${title} | ${description} |`);
	for (const {word, matches} of filterWords) expect(page).toContain(`| \`${word}:\` | ${matches} |`);
});

test('a page without the marks of a generated part is no page to write to', () => {
	expect(() => withKeys('# netwatch', 'keys')).toThrow('no marks for its part "keys"');
});

test('every file that the documentation links to exists', () => {
	for (const page of [
		'README.md',
		'docs/how-it-works.md',
		'docs/filters.md',
		'docs/record-format.md',
		'examples/README.md',
	]) {
		const folder = page.includes('/') ? page.replace(/[^/]*$/, '') : '';
		for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
			expect(
				() => readFileSync(new URL(`../../${folder}${link}`, import.meta.url)),
				`${page}: ${link}`,
			).not.toThrow(/ENOENT/);
		}
	}
});

test("the README's filters are understood", () => {
	const [, block = ''] = /## Filters[\s\S]*?```\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
	const filters = block.trim().split('\n');
	expect(filters.length).toBeGreaterThan(2);
	for (const filter of filters) expect(parseFilter(filter), filter).toMatchObject({ok: true});
});
