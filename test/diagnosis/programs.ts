import {join} from 'node:path';
import {root} from '../support/program.ts';

/** A program in test/diagnosis/programs. */
export const program = (name: string): string => join(root, 'test/diagnosis/programs', `${name}.cjs`);
