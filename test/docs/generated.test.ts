import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {keysPage, readmeKeys, withKeys} from '../../scripts/generated-docs.ts';
import {parseFilter} from '../../source/model/filter/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test("docs/keys.md and the README's key table are those of the program (npm run docs writes them)", () => {
	expect(read('docs/keys.md')).toBe(keysPage());
	const readme = read('README.md');
	expect(readme).toBe(withKeys(readme, readmeKeys()));
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
