/** Findings of the phase `idle`. */
import type {Rule} from '../types.ts';

export const idleRules: readonly Rule[] = [];
