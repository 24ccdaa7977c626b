/** Findings of the phase `read`. */
import type {Rule} from '../types.ts';

export const readRules: readonly Rule[] = [];
