/** Findings of the phase `accept`. */
import type {Rule} from '../types.ts';

export const acceptRules: readonly Rule[] = [];
