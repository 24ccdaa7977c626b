import {join} from 'node:path';
import {root} from '../process/paths.ts';

/** A program in test/programs/scenarios. */
export const scenarioProgram = (name: string): string => join(root, 'test/programs/scenarios', `${name}.cjs`);
