/** Findings of the phase `write`. */
import type {Rule} from '../types.ts';

export const writeRules: readonly Rule[] = [];
