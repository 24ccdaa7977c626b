/** Findings of the phase `lookup`. */
import type {Rule} from '../types.ts';

export const lookupRules: readonly Rule[] = [];
