/** Findings of the phase `boundary`. */
import type {Rule} from '../types.ts';

export const boundaryRules: readonly Rule[] = [];
