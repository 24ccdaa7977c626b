/** Findings of the phase `close`. */
import type {Rule} from '../types.ts';

export const closeRules: readonly Rule[] = [];
