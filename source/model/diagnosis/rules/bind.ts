/** Findings of the phase `bind`. */
import type {Rule} from '../types.ts';

export const bindRules: readonly Rule[] = [];
