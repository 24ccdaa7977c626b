/** The programs that tests start, and where they lie. */
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const node = process.execPath;
/** The Node that runs the programs to watch: this one, or the one of NETWATCH_TEST_NODE (see docs/node-versions.md). */
export const targetNode = process.env.NETWATCH_TEST_NODE || node;
/** The built netwatch. */
export const cli = join(root, 'dist/cli.js');
/** A program in test/programs. */
export const target = (name: string): string => join(root, 'test/programs', `${name}.cjs`);
export const example = (name: string): string => join(root, 'examples', name);
/** A program that a development dependency brings. */
export const tool = (name: string): string => join(root, 'node_modules/.bin', name);
