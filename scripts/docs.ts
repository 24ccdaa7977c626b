/** Writes the parts of the documentation that are made from data: `npm run docs`. A test compares them. */
import {readFileSync, writeFileSync} from 'node:fs';
import {keysPage, readmeKeys, withKeys} from './generated-docs.ts';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withKeys(readFileSync(readme, 'utf8'), readmeKeys()));
writeFileSync(new URL('../docs/keys.md', import.meta.url), keysPage());
