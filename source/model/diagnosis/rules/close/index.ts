/** Findings of the phase `close`: one side has ended and the other has not, or what was to be sent was thrown away. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {closeWaitLeak, finWaitStuck} from './half-closed.ts';
import {unsentDestroyed} from './unsent.ts';

export const closeRules: readonly Rule[] = [closeWaitLeak, finWaitStuck, unsentDestroyed];
