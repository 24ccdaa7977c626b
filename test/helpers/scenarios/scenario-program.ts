import {join} from 'node:path';
import {root} from '../process/program.ts';

/** A program in test/programs/scenarios. */
export const program = (name: string): string => join(root, 'test/programs/scenarios', `${name}.cjs`);
