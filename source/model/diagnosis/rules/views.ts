/** Findings of the phase `views`. */
import type {Rule} from '../types.ts';

export const viewRules: readonly Rule[] = [];
