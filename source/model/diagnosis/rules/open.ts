/** Findings of the phase `open`. */
import type {Rule} from '../types.ts';

export const openRules: readonly Rule[] = [];
