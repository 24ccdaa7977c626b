/** Findings of the phase `close`: one side has ended and the other has not, or what was to be sent was thrown away. */
import type {Rule} from '../../../domain/diagnosis.ts';
import {closeWaitLeak, finWaitStuck} from './close/half-closed.ts';
import {unsentDestroyed} from './close/unsent.ts';

export const closeRules: readonly Rule[] = [closeWaitLeak, finWaitStuck, unsentDestroyed];
