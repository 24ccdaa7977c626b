/** Writes the parts of the documentation that are made from data: `npm run docs`. A test compares them. */
import {readFileSync, writeFileSync} from 'node:fs';
import {keysPage, readmeKeys, withFilterTables, withKeys} from './generated-docs.ts';

const rewrite = (path: string, change: (page: string) => string): void => {
	const file = new URL(`../${path}`, import.meta.url);
	writeFileSync(file, change(readFileSync(file, 'utf8')));
};

rewrite('README.md', page => withKeys(page, readmeKeys()));
rewrite('docs/filters.md', withFilterTables);
rewrite('docs/keys.md', keysPage);
